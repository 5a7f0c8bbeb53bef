import { Checkbox, Input, Modal } from 'antd';
import { useState } from 'react';
import { NONE } from '../figures/figure-text.js';
import { FailureLine } from '../shell/failure.js';
import { entryAt } from './edits.js';
import { type FilingActsProps, useFilingAct } from './filing-acts.js';
import { entryText } from './grid-row.js';
import { isJustified, keyOf } from './problems.js';
import type { Signed } from './receipt-dialog.js';

interface SignDialogProps extends FilingActsProps {
  readonly onClose: () => void;
  readonly onSigned: (signed: Signed) => void;
}

const SHOWN = 30;

/** What the checker signs: what changed, what is explained, and the words of the attestation. */
export function SignDialog({
  filing,
  draft,
  context,
  counts,
  entries,
  metrics,
  textOf,
  onClose,
  onSigned,
}: SignDialogProps) {
  const [attested, setAttested] = useState(false);
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const act = useFilingAct<Signed>(filing, draft, onSigned);
  const told = (key: string): string => texts[key] ?? textOf(key);
  const soft = filing.checks.filter((check) => check.severity === 'justify');
  const isOpen = soft.some((check) => !isJustified(check, told));
  const before = context.sent ?? context.accepted;
  const changed = before
    ? Object.keys(filing.figures).filter((code) => (before[code] ?? null) !== entryAt(entries, code).value)
    : [];
  return (
    <Modal
      open={true}
      width={640}
      title="签署并提交"
      okText="签署并提交"
      okButtonProps={{ disabled: !attested || isOpen, 'data-testid': 'sign-confirm' }}
      confirmLoading={act.isPending}
      onCancel={onClose}
      onOk={() => act.mutate({ act: 'submit', body: { justifications: texts } })}
    >
      <div data-testid="sign-dialog">
        <FailureLine error={act.error} />
        <p>
          {filing.institutionName}　{filing.formTitle}　{filing.period}：已填 {counts.filled}/{counts.asked} 格。
        </p>
        <h3 className="dialog-part">{before ? `与上次提交相比（${changed.length}格有变动）` : '首次提交'}</h3>
        {changed.length > 0 && (
          <table className="plain-table sign-changes">
            <thead>
              <tr>
                <th>指标</th>
                <th className="number">上次</th>
                <th className="number">本次</th>
              </tr>
            </thead>
            <tbody>
              {changed.slice(0, SHOWN).map((code) => (
                <tr key={code}>
                  <td>{metrics.get(code)?.title ?? code}</td>
                  <td className="number">
                    {entryText({ value: before?.[code] ?? null, state: 'value' }, metrics.get(code)?.unit ?? null) ||
                      NONE}
                  </td>
                  <td className="number">
                    {entryText(entryAt(entries, code), metrics.get(code)?.unit ?? null) || NONE}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {changed.length > SHOWN && <p className="note">另有{changed.length - SHOWN}格有变动，请在表中核对。</p>}
        {soft.length > 0 && <h3 className="dialog-part">待说明（{soft.length}处）</h3>}
        {soft.map((check) => (
          <div key={keyOf(check)} className="sign-check">
            <p>{`${check.rule}　${check.message}`}</p>
            <Input.TextArea
              aria-label={`${check.rule} 的说明`}
              data-testid="sign-justification"
              value={told(keyOf(check))}
              maxLength={200}
              rows={1}
              placeholder="请说明原因"
              onChange={(event) => setTexts({ ...texts, [keyOf(check)]: event.target.value })}
            />
          </div>
        ))}
        <Checkbox
          className="attest"
          checked={attested}
          onChange={(event) => setAttested(event.target.checked)}
          data-testid="attest"
        >
          本人已复核本表各项数据及说明，确认真实、准确、完整，与本机构账簿和统计台账一致，并代表本机构签署提交。
        </Checkbox>
      </div>
    </Modal>
  );
}
