// The floor is Chromium 109, the last for Windows 7. Written for browsers far below it.
(() => {
  var match = /Chrom(?:e|ium)\/([0-9]+)/.exec(navigator.userAgent);
  var old = match ? parseInt(match[1], 10) < 109 : !('noModule' in document.createElement('script'));
  if (!old) return;
  document.addEventListener('DOMContentLoaded', () => {
    var notice = document.createElement('p');
    notice.setAttribute('role', 'alert');
    notice.appendChild(
      document.createTextNode('您的浏览器版本较低，页面可能显示不完整。请改用内核为 Chromium 109 及以上的浏览器。'),
    );
    document.body.insertBefore(notice, document.body.firstChild);
  });
})();
