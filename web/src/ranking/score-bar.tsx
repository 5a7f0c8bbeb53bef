import type { Part } from '../api/shapes.js';
import { fixed, length } from '../figures/figure-text.js';
import { addsUp, type Segment, segmentsOf } from './segments.js';
import './score-bar.css';

interface ScoreBarProps {
  readonly parts: readonly Part[];
  readonly score: string | null;
  /** Limits of the grades as hairlines, points. */
  readonly limits?: readonly string[];
  /** Points at the right end. */
  readonly scale: number;
  /** With the pale remainder up to the end. */
  readonly track?: boolean;
}

/** 得分构成: plain HTML, so that it prints, copies and never overlaps. */
export function ScoreBar({ parts, score, limits = [], scale, track = false }: ScoreBarProps) {
  const segments = segmentsOf(parts);
  const percent = (points: string | null): string => `${(100 * Math.abs(length(points))) / scale}%`;
  const words = segments.map((segment) => `${segment.title} ${fixed(segment.points)}`).join('，');
  return (
    <div className={track ? 'score-bar track' : 'score-bar'} role="img" aria-label={words}>
      {limits.map((limit) => (
        <i key={limit} className="hairline" style={{ left: percent(limit) }} />
      ))}
      {addsUp(segments) ? (
        segments.map((segment) => <Piece key={segment.code} segment={segment} width={percent(segment.points)} />)
      ) : (
        <span
          className="segment node"
          style={{ width: percent(score), background: '#0B5CAD' }}
          title={`总分 ${fixed(score)}`}
        />
      )}
    </div>
  );
}

function Piece({ segment, width }: { readonly segment: Segment; readonly width: string }) {
  if (length(segment.points) === 0) return null;
  return (
    <span
      className={`segment ${segment.kind}`}
      style={segment.kind === 'deduction' ? { width } : { width, background: segment.colour }}
      title={`${segment.title} ${fixed(segment.points)}`}
    >
      <span className="print-points">{fixed(segment.points)}</span>
    </span>
  );
}

interface LegendProps {
  readonly segments: readonly Segment[];
  readonly note?: string;
}

/** Colours with their titles and weights. */
export function Legend({ segments, note }: LegendProps) {
  return (
    <ul className="legend">
      {segments.map((segment) => (
        <li key={segment.code}>
          <span
            className={`swatch ${segment.kind}`}
            style={segment.kind === 'deduction' ? undefined : { background: segment.colour }}
          />
          {segment.title}
          {segment.weight !== null && ` ${weightText(segment.weight)}`}
        </li>
      ))}
      {note !== undefined && <li className="legend-note">{note}</li>}
    </ul>
  );
}

/** `20.000000` → `20`, `12.5` → `12.50`. */
const weightText = (weight: string): string => fixed(weight).replace(/\.00$/, '');
