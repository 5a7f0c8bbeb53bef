import './on-behalf.css';
import { onBehalf } from './paper-words.js';

/** A name; who acted on paper gets 代录 and the number of the paper. */
export function OnBehalfMark({ name }: { readonly name: string }) {
  const paper = onBehalf(name);
  if (paper === null) return name;
  return (
    <>
      {paper.person}
      <span className="on-behalf-mark" title={`凭纸质文件代录，文号 ${paper.paperNumber}`} data-testid="on-behalf-mark">
        代录
      </span>
      <span className="note">{paper.paperNumber}</span>
    </>
  );
}
