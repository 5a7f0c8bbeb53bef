import { Injectable } from '@nestjs/common';
import { figureValue, plainStyle, SheetDraft, STYLES, workbookBytes } from '../platform/workbook-writer.js';
import type { ExportTrialDto } from './trial.dto.js';

/** On every sheet of it: nobody must take it for a result. */
export const TRIAL_MARK = '试算，不作为结果';

const WIDEST = 48;
const FIGURE = plainStyle('#,##0.00####');

/** A trial as a workbook. What it is made of came with the request and goes with the answer. */
@Injectable()
export class TrialExport {
  workbook({ title, sheets }: ExportTrialDto): Promise<Uint8Array> {
    const drafts = sheets.map(({ name, head, rows, numbers }) => {
      const widths = head.map((text, i) =>
        Math.min(WIDEST, Math.max(8, ...[text, ...rows.slice(0, 200).map((row) => String(row[i] ?? ''))].map(widthOf))),
      );
      const draft = new SheetDraft(name, {
        columns: widths.map((width) => ({ width })),
        freezePane: { rows: 2, columns: 0 },
      });
      draft.add([`${TRIAL_MARK}　${title}`], STYLES.strong);
      draft.add(head, STYLES.head);
      for (const row of rows) {
        const at = draft.rowCount + 1;
        for (const [i, cell] of row.slice(0, head.length).entries()) {
          const text = String(cell);
          if (numbers.includes(i + 1)) draft.put(at, i + 1, figureValue(text), FIGURE);
          else draft.put(at, i + 1, text, STYLES.code);
        }
      }
      return draft;
    });
    return workbookBytes(drafts, { properties: { title: `${TRIAL_MARK} ${title}`, creator: '绿评' } });
  }
}

/** Chinese characters are as wide as two digits. */
const widthOf = (text: string): number => [...text].reduce((sum, each) => sum + (each > '\u2e80' ? 2 : 1), 2);
