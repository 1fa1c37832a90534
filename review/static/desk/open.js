// A photo that a link leads to is shown in the large view, over its grid. Without a script, its page does.
location.replace(document.currentScript.dataset.to);
