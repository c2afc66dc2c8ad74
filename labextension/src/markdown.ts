import type { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';

/** No images, forms or media: a context must not make the page fetch anything. */
const ALLOWED_TAGS = [
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'br', 'hr', 'blockquote', 'div', 'span'],
  ...['ul', 'ol', 'li', 'dl', 'dt', 'dd', 'pre', 'code', 'kbd', 'samp', 'a'],
  ...['strong', 'b', 'em', 'i', 's', 'del', 'ins', 'sub', 'sup', 'small', 'mark', 'abbr'],
  ...['table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td']
];

/**
 * Make a registry that renders contexts, which are text from outside: the platform's own Markdown
 * renderer and sanitizer, with fewer tags, and without mathematics, since `$5 to $10` are prices.
 */
export function contextRendermime(platform: IRenderMimeRegistry): IRenderMimeRegistry {
  const { sanitizer } = platform;
  const strict: IRenderMime.ISanitizer = {
    sanitize: (dirty, options) =>
      sanitizer.sanitize(dirty, { ...options, allowedTags: ALLOWED_TAGS })
  };
  return platform.clone({
    sanitizer: strict,
    latexTypesetter: { typeset: () => undefined }
  });
}
