import { type KeyboardEvent, type ReactNode, useId, useMemo, useRef, useState } from 'react';
import { faultsOf, type Name, type Offer, offersAt, piecesOf } from './formula-help.js';

interface FormulaEditorProps {
  readonly value: string;
  readonly names: readonly Name[];
  readonly change: (text: string) => void;
  readonly label: string;
}

/** A box for one formula: colours what it reads, marks the faulty characters, offers names and functions. */
export function FormulaEditor({ value, names, change, label }: FormulaEditorProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  const list = useId();
  const [caret, setCaret] = useState<number | null>(null);
  const [at, setAt] = useState(0);
  const faults = useMemo(() => faultsOf(value, names), [value, names]);
  const { word, offers } =
    caret === null ? { word: '', offers: [] as readonly Offer[] } : offersAt(value, caret, names);
  const chosen = offers[Math.min(at, offers.length - 1)];

  const take = ({ insert }: Offer): void => {
    const end = caret ?? value.length;
    const from = end - word.length;
    change(value.slice(0, from) + insert + value.slice(end));
    setCaret(null);
    requestAnimationFrame(() => {
      box.current?.focus();
      box.current?.setSelectionRange(from + insert.length, from + insert.length);
    });
  };
  const press = (event: KeyboardEvent): void => {
    if (offers.length === 0 || !chosen) return;
    const step = { ArrowDown: 1, ArrowUp: offers.length - 1 }[event.key];
    if (step !== undefined) setAt((at + step) % offers.length);
    else if (event.key === 'Enter' || event.key === 'Tab') take(chosen);
    else if (event.key === 'Escape') setCaret(null);
    else return;
    event.preventDefault();
  };

  return (
    <div className="formula-editor">
      <div className="formula-box">
        <pre aria-hidden="true">{coloured(value, faults)}</pre>
        <textarea
          ref={box}
          value={value}
          spellCheck={false}
          rows={1}
          role="combobox"
          aria-label={label}
          aria-autocomplete="list"
          aria-expanded={offers.length > 0}
          aria-controls={list}
          aria-invalid={faults.length > 0}
          data-testid="formula"
          onChange={(event) => {
            change(event.target.value.replaceAll('\n', ' '));
            setCaret(event.target.selectionStart);
            setAt(0);
          }}
          onKeyDown={press}
          onBlur={() => setCaret(null)}
        />
      </div>
      {offers.length > 0 && (
        <ul id={list} className="formula-offers" data-testid="offers">
          {offers.map((offer) => (
            <li key={offer.name}>
              <button
                type="button"
                tabIndex={-1}
                className={offer === chosen ? 'offer chosen' : 'offer'}
                // Before the box loses the caret.
                onPointerDown={(event) => {
                  event.preventDefault();
                  take(offer);
                }}
              >
                <b>{offer.name}</b>
                <span>{offer.note}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {faults.length === 0 ? (
        <p className="formula-verdict good">✓ 结果是数值</p>
      ) : (
        <ul className="formula-verdict" role="alert" data-testid="formula-faults">
          {faults.map(({ message, expected, from }) => (
            <li key={`${from} ${message}`}>
              ✕ {message}
              <span className="note">　应为 {expected}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The text in pieces, the faulty characters marked. */
function coloured(text: string, faults: readonly { readonly from: number; readonly to: number }[]): ReactNode {
  const parts: ReactNode[] = [];
  let done = 0;
  const plain = (to: number): void => {
    if (to > done) parts.push(text.slice(done, to));
    done = Math.max(done, to);
  };
  for (const { from, to, kind } of piecesOf(text)) {
    plain(from);
    const isFaulty = faults.some((fault) => fault.from < to && from < fault.to) && kind !== 'unknown';
    parts.push(
      kind === 'unknown' ? (
        <Unread key={from} text={text} faults={faults} />
      ) : (
        <span key={from} className={`token-${kind}${isFaulty ? ' faulty' : ''}`}>
          {text.slice(from, to)}
        </span>
      ),
    );
    done = to;
  }
  plain(text.length);
  // A last blank keeps the height of an empty line.
  return [...parts, ' '];
}

function Unread({
  text,
  faults,
}: {
  readonly text: string;
  readonly faults: readonly { readonly from: number; readonly to: number }[];
}) {
  const fault = faults[0];
  if (!fault) return text;
  return (
    <>
      {text.slice(0, fault.from)}
      <span className="faulty">{text.slice(fault.from, fault.to) || ' '}</span>
      {text.slice(fault.to)}
    </>
  );
}
