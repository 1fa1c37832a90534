// Telegram opens the page with its signed data behind the #: hand them over, and forget them.
const data = new URLSearchParams(location.hash.slice(1)).get("tgWebAppData");
history.replaceState(null, "", location.pathname);
if (data) {
  document.getElementById("data").value = data;
  document.getElementById("telegram").submit();
}
