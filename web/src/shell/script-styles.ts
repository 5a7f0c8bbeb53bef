/**
 * Stands in for `@rc-component/util/es/Dom/dynamicCSS` (see `web/antd-styles.ts`): what antd still styles from its
 * script — no scrolling behind a dialog, the width of a scroll bar — becomes a constructed style sheet, which the
 * security policy allows, and not a <style> element, which it refuses.
 */

const sheets = new Map<string, CSSStyleSheet>();

/** antd's own styles and variables carry a mark; these stand in `virtual:antd.css` already. */
interface Options {
  readonly mark?: string;
}

/** @returns an element outside the document: callers write their marks on it */
export function updateCSS(css: string, key: string, { mark }: Options = {}): HTMLStyleElement {
  if (mark === undefined) {
    const sheet = sheets.get(key) ?? new CSSStyleSheet();
    sheet.replaceSync(css);
    sheets.set(key, sheet);
    document.adoptedStyleSheets = [...sheets.values()];
  }
  return document.createElement('style');
}

export function removeCSS(key: string): void {
  if (sheets.delete(key)) document.adoptedStyleSheets = [...sheets.values()];
}

export const injectCSS = (css: string): HTMLStyleElement => updateCSS(css, css);

export const clearContainerCache = (): void => undefined;
