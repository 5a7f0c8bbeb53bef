import type { PeerFigures } from '../api/filing-shapes.js';
import { inUnit } from '../figures/figure-text.js';
import { stripOf } from './difference-rows.js';

interface PeerStripProps {
  readonly now: string | null;
  readonly peers: PeerFigures | null;
  readonly unit: string | undefined;
}

/** Quartiles of the same form and period, and the own figure as a dot. */
export function PeerStrip({ now, peers, unit }: PeerStripProps) {
  const strip = stripOf(now, peers);
  if (strip === null || peers === null) return null;
  const words = `同类${peers.n}家：四分位 ${inUnit(peers.q1, unit)}、${inUnit(peers.median, unit)}、${inUnit(peers.q3, unit)}`;
  return (
    <svg className="peer-strip" viewBox="-4 0 108 16" role="img" aria-label={words}>
      <title>{words}</title>
      <line x1="0" x2="100" y1="8" y2="8" className="peer-line" />
      <rect x={strip.q1} y="4" width={Math.max(strip.q3 - strip.q1, 1)} height="8" className="peer-box" />
      <line x1={strip.median} x2={strip.median} y1="2" y2="14" className="peer-median" />
      <circle cx={strip.own} cy="8" r="4" className="peer-own" />
    </svg>
  );
}
