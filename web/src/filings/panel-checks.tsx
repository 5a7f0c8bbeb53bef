import { Button, Input } from 'antd';
import type { FilingCheck, Justification } from '../api/filing-shapes.js';
import { fixed, filed as shown } from '../figures/figure-text.js';
import { keyOf } from './problems.js';
import type { EntryFault } from './typed-text.js';
import type { Slip } from './unit-slip.js';

const LONGEST = 200;
const MOST_LINKS = 8;

interface PanelChecksProps {
  readonly code: string;
  readonly unit: string | null;
  readonly fault: EntryFault | null;
  readonly slip: Slip | null;
  /** Those that read this cell. */
  readonly checks: readonly FilingCheck[];
  readonly textOf: (key: string) => string;
  readonly filed: (key: string) => Justification | undefined;
  readonly mayJustify: boolean;
  readonly mayConvert: boolean;
  readonly onJustify: (key: string, text: string) => void;
  readonly onConvert: (codes: readonly string[], factor: string) => void;
  readonly onConfirm: () => void;
  readonly onGo: (code: string) => void;
}

/** What stands against one cell: both sides, the difference, what to do, and the text that explains it. */
export function PanelChecks(props: PanelChecksProps) {
  const { code, unit, fault, slip, checks, mayConvert, onConvert, onConfirm } = props;
  return (
    <section className="panel-part">
      <h3>校验</h3>
      {fault && (
        <p className="check-line block">
          <b>✕ 错误</b>　{fault.message}
        </p>
      )}
      {slip && mayConvert && (
        <div className="check-line justify">
          <b>▲ 单位是否有误</b>　本期{slip.ratio}于上季
          <div className="check-buttons">
            <Button size="small" onClick={() => onConvert([code], slip.factor)}>
              {slip.title}：{fixed(slip.converted, 2)} {unit}
            </Button>
            <Button size="small" type="text" onClick={onConfirm}>
              单位无误
            </Button>
          </div>
        </div>
      )}
      {checks.map((check) => (
        <CheckBlock key={keyOf(check)} check={check} {...props} />
      ))}
      {!fault && !slip && checks.length === 0 && <p className="check-fine">✓ 与本格有关的校验没有发现问题</p>}
    </section>
  );
}

const SIGNS = { block: '✕ 错误', justify: '▲ 待说明', inform: '提示' } as const;

function CheckBlock({
  check,
  code,
  textOf,
  filed,
  mayJustify,
  mayConvert,
  onJustify,
  onConvert,
  onGo,
}: PanelChecksProps & { readonly check: FilingCheck }) {
  const key = keyOf(check);
  const text = textOf(key);
  const told = filed(key);
  const others = check.cells.filter((each) => each !== code);
  return (
    <div className="check-block" data-testid="check" data-rule={check.rule}>
      <div className={`check-line ${check.severity}`}>
        <b>{check.severity === 'justify' && text.trim() !== '' ? '已说明' : SIGNS[check.severity]}</b>
        {`　${check.rule}　${check.message}`}
      </div>
      {check.formula && <p className="note">{check.formula}</p>}
      {check.left !== null && check.right !== null && (
        <p className="note">
          左边 {shown(check.left)}　右边 {shown(check.right)}
          {check.difference !== null && `　差 ${shown(check.difference)}`}
        </p>
      )}
      {check.hint && <p className="note">{check.hint}</p>}
      {others.length > 0 && (
        <p className="note">
          有关的格：
          {others.slice(0, MOST_LINKS).map((each) => (
            <button key={each} type="button" className="link-button cell-link" onClick={() => onGo(each)}>
              {each}
            </button>
          ))}
          {others.length > MOST_LINKS && `等${check.cells.length}格`}
        </p>
      )}
      {check.conversion && mayConvert && (
        <Button
          size="small"
          onClick={() => check.conversion && onConvert(check.conversion.cells, check.conversion.factor)}
        >
          换算 {check.conversion.title}（{check.conversion.cells.length}格）
        </Button>
      )}
      {check.severity === 'justify' && mayJustify && (
        <>
          <Input.TextArea
            aria-label={`${check.rule} 的说明`}
            data-testid="justification"
            value={text}
            maxLength={LONGEST}
            rows={2}
            placeholder="请说明原因，如：本季集中投放某项目"
            onChange={(event) => onJustify(key, event.target.value)}
          />
          <p className="note justify-foot">
            <span>说明随报表提交，审核员可见</span>
            <span>
              {text.length}/{LONGEST}
            </span>
          </p>
        </>
      )}
      {check.severity === 'justify' && !mayJustify && text !== '' && <p>说明：{text}</p>}
      {told?.ruling && (
        <p className={told.ruling === 'refused' ? 'must-act' : 'note'}>
          审核意见：{told.ruling === 'refused' ? '说明不予采信' : '说明成立'}
          {told.note && `。${told.note}`}
        </p>
      )}
    </div>
  );
}
