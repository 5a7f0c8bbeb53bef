/** The document as it stands, with line numbers; the numbers are no part of what is copied. */
export function DocumentLines({ text }: { readonly text: string }) {
  const lines = text.replace(/\n$/, '').split('\n');
  return (
    <ol className="document-lines" data-testid="document">
      {lines.map((line, i) => (
        <li key={i}>
          <code>{line === '' ? ' ' : line}</code>
        </li>
      ))}
    </ol>
  );
}
