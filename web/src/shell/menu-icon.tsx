/** Outlines of 24×24 for the narrow menu, by the address of the entry. */
const OUTLINES: Readonly<Record<string, string>> = {
  '/home': 'M3 11.5 12 4l9 7.5M6 9.5V20h12V9.5M10 20v-6h4v6',
  '/filings': 'M20 12v8H4V4h9M18.5 3.5l2 2L12 14l-3 1 1-3z',
  '/import': 'M12 3v11m0 0-4-4m4 4 4-4M4 16v4h16v-4',
  '/results': 'M7 4h10v5a5 5 0 0 1-10 0zM7 5H4c0 4 1.500 5 3.500 5.500M17 5h3c0 4-1.500 5-3.500 5.500M12 14v4m-4 2h8',
  '/ranking': 'M4 20V10h4v10m2 0V4h4v16m2 0v-7h4v7z',
  '/evaluations': 'M4 4h16v16H4zM8 15v-3m4 3V8m4 7v-5',
  '/schemes': 'M6 3h9l4 4v14H6zM9 11h7m-7 4h7',
  '/tokens': 'M8 15a4 4 0 1 1 3.500-6H21v3h-2v3h-3v-3h-4.500A4 4 0 0 1 8 15z',
  '/messages': 'M4 5h16v11H9l-5 4z',
};
const SHEET = 'M6 3h12v18H6zM9 8h6m-6 4h6m-6 4h4';

/** Beside the word, which says it: no text of its own. */
export const MenuIcon = ({ to }: { readonly to: string }) => (
  <svg className="menu-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={OUTLINES[to] ?? SHEET} />
  </svg>
);
