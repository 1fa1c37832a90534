// A run under way is shown anew while somebody looks at it. Without a script, the page does so itself.
setTimeout(() => location.reload(), 4000);
