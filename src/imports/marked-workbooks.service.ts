import { Injectable } from '@nestjs/common';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database } from '../platform/database.service.js';
import type { TemplateContents } from '../templates/template-workbook.js';
import { Templates } from '../templates/templates.service.js';
import { ImportQuery, type OriginalFile } from './import.query.js';
import { markWorkbookInThread } from './mark-workbook.worker.js';
import type { MarkedIssue } from './marked-workbook.js';
import type { ImportFile } from './read-import.js';

/** 标错工作簿: what was uploaded, with what is wrong marked in it. */
@Injectable()
export class MarkedWorkbooks {
  constructor(
    private readonly database: Database,
    private readonly query: ImportQuery,
    private readonly templates: Templates,
  ) {}

  /** @throws NOT_FOUND, IMPORT_TIMEOUT, IMPORT_MEMORY */
  async of(actor: Actor, id: string): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
    const { name, bytes, template } = await this.query.original(actor, id);
    return this.mark(actor, { name, bytes }, await this.query.allIssues(actor, id), template);
  }

  /** The same of any workbook. @param template what a template of ours says of itself; null: any other file */
  async mark(
    actor: Actor,
    { name, bytes }: ImportFile,
    issues: readonly (MarkedIssue & { readonly severity: string })[],
    template: OriginalFile['template'],
  ): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
    const contents = template && (await this.contents(actor, template));
    const problems = issues
      .filter(({ severity }) => severity === 'problem')
      .map(({ sheet, row, column, cell, raw, message, expected }) => ({
        sheet,
        row,
        column,
        cell,
        raw,
        message,
        expected,
      }));
    const marked = await markWorkbookInThread({ name, bytes }, problems, contents);
    return { name: `${name.replace(/\.[^.]*$/, '')}_标错.xlsx`, bytes: marked };
  }

  /** Null when the template is of another version, or of nobody whom the actor may see. */
  private contents(
    actor: Actor,
    template: { readonly form: string; readonly version: string; readonly filer: string; readonly period: string },
  ): Promise<TemplateContents | null> {
    return this.database.transaction(actor, async (tx) => {
      const place = await this.templates.find(tx, template.filer, template.period, template.form);
      return place && `${place.form.version}` === template.version ? this.templates.contents(tx, place) : null;
    });
  }
}
