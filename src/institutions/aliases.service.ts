import { Injectable } from '@nestjs/common';
import { type Act, Acts } from '../audit/acts.service.js';
import { People } from '../identity/people.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import type { Tx } from '../platform/database.service.js';
import { aliasMissing, aliasTaken, aliasUnfit } from './institution-errors.js';
import { foldName, nearness } from './institution-name.js';
import { Institutions } from './institutions.service.js';
import { cleanUscc } from './uscc.js';

export interface Recognised {
  readonly id: string;
  readonly uscc: string;
  readonly name: string;
  /** What the text was taken for. */
  readonly by: 'uscc' | 'name' | 'former' | 'alias';
}

export interface Alias {
  readonly alias: string;
  /** The file or page that it was learned from. */
  readonly learnedFrom: string;
  readonly addedBy: string;
  readonly addedAt: string;
}

interface Known {
  readonly id: string;
  readonly uscc: string;
  readonly name: string;
  readonly text: string;
  readonly by: 'name' | 'former' | 'alias';
}

const LONGEST = 128;
const CANDIDATES = 5;
/** Below it a question would only confuse. */
const NEAR = 0.3;
const ORDER: readonly Known['by'][] = ['name', 'former', 'alias'];

/** Every name of the district's institutions: today's, former ones, aliases; those of other registers stay apart. */
const NAMES = `
  select id, uscc, name, name as text, 'name' as by from institution where register = 'district'
  union all
  select i.id, i.uscc, i.name, former.text, 'former' from institution i
  join institution_event e on e.institution_id = i.id and e.kind = 'rename'
  cross join lateral (values (e.before ->> 'name'), (e.after ->> 'name')) as former (text)
  where i.register = 'district' and former.text is not null and former.text <> i.name
  union all
  select i.id, i.uscc, i.name, a.alias, 'alias' from institution i join institution_alias a on a.institution_id = i.id
  where i.register = 'district'`;

/** 别名: the short and former names by which workbooks call an institution. */
@Injectable()
export class Aliases {
  constructor(
    private readonly acts: Acts,
    private readonly institutions: Institutions,
  ) {}

  /**
   * Whom texts name: a USCC, today's name, a former one or an alias, compared as `foldName` leaves them. A text that
   * names two institutions names none; nothing is guessed.
   * @returns the texts that were recognised, as they were given
   */
  async match(tx: Tx, texts: readonly string[]): Promise<Map<string, Recognised>> {
    const known = await tx.rows<Known>(NAMES);
    const byUscc = new Map(known.map((each) => [each.uscc, each]));
    const byName = new Map<string, Known[]>();
    for (const each of known) {
      const folded = foldName(each.text);
      byName.set(folded, [...(byName.get(folded) ?? []), each]);
    }
    const found = new Map<string, Recognised>();
    for (const text of texts) {
      const coded = byUscc.get(cleanUscc(text));
      if (coded) found.set(text, { id: coded.id, uscc: coded.uscc, name: coded.name, by: 'uscc' });
      const named = coded ? [] : (byName.get(foldName(text)) ?? []);
      if (new Set(named.map(({ id }) => id)).size !== 1) continue;
      const [{ id, uscc, name, by }] = [...named].sort((a, b) => ORDER.indexOf(a.by) - ORDER.indexOf(b.by)) as [Known];
      found.set(text, { id, uscc, name, by });
    }
    return found;
  }

  /** Up to five institutions that a text may mean, the nearest first: for a question to a person. */
  async candidates(tx: Tx, text: string): Promise<{ id: string; uscc: string; name: string; nearness: number }[]> {
    const folded = foldName(text);
    const best = new Map<string, { id: string; uscc: string; name: string; nearness: number }>();
    for (const { id, uscc, name, text: known } of await tx.rows<Known>(NAMES)) {
      const near = nearness(folded, foldName(known));
      if (near >= NEAR && near > (best.get(id)?.nearness ?? 0)) best.set(id, { id, uscc, name, nearness: near });
    }
    return [...best.values()]
      .sort((a, b) => b.nearness - a.nearness || (a.uscc < b.uscc ? -1 : 1))
      .slice(0, CANDIDATES);
  }

  /**
   * Keeps a name for an institution, in the caller's act; what names it already is not kept again.
   * @param from the file or page that it comes from, for people to read
   * @returns whether it is new
   * @throws ALIAS_TAKEN when it names another institution, ALIAS_UNFIT for one that is empty, too long or a code
   */
  async learn(act: Act, institutionId: string, alias: string, from: string): Promise<boolean> {
    const text = alias.normalize('NFKC').trim();
    const folded = foldName(text);
    if (folded.length < 2 || text.length > LONGEST || /^[0-9A-Z]{18}$/.test(folded)) throw aliasUnfit(alias);
    // Two who learn the same name at once: the second sees what the first has kept.
    await act.tx.rows(`select pg_advisory_xact_lock(hashtext('institution_alias'))`);
    const known = (await act.tx.rows<Known>(NAMES)).filter((each) => foldName(each.text) === folded);
    const another = known.find(({ id }) => id !== institutionId);
    if (another) throw aliasTaken(text, another.name);
    if (known.length > 0) return false;
    await act.tx.run(
      `insert into institution_alias (institution_id, alias, folded, learned_from, added_by, added_at)
       values ($1, $2, $3, $4, $5, $6)`,
      [institutionId, text, folded, from, act.actor.id, act.now],
    );
    return true;
  }

  /** @throws NOT_FOUND, as `learn` */
  add(actor: Actor, uscc: string, alias: string): Promise<{ items: Alias[] }> {
    return this.acts.perform({ action: 'institution.alias', actor, creates: true }, async (act) => {
      const { id } = await this.institutions.find(act.tx, uscc);
      act.subject = id;
      act.institutionId = id;
      await this.learn(act, id, alias, '机构页');
      act.record(null, { alias });
      return { items: await this.of(act.tx, id) };
    });
  }

  /** A wrong alias goes; the audit keeps that it stood. @throws NOT_FOUND, ALIAS_MISSING */
  remove(actor: Actor, uscc: string, alias: string): Promise<{ items: Alias[] }> {
    return this.acts.perform({ action: 'institution.unalias', actor }, async (act) => {
      const { id } = await this.institutions.find(act.tx, uscc);
      act.subject = id;
      act.institutionId = id;
      const gone = await act.tx.run('delete from institution_alias where institution_id = $1 and folded = $2', [
        id,
        foldName(alias),
      ]);
      if (gone === 0) throw aliasMissing(alias);
      act.record({ alias }, null);
      return { items: await this.of(act.tx, id) };
    });
  }

  /** Of one institution, by name. */
  async of(tx: Tx, institutionId: string): Promise<Alias[]> {
    const rows = await tx.rows<Omit<Alias, 'addedAt'> & { readonly added_at: Date }>(
      `select alias, learned_from as "learnedFrom", added_by as "addedBy", added_at from institution_alias
       where institution_id = $1 order by alias`,
      [institutionId],
    );
    const names = await People.names(
      tx,
      rows.map(({ addedBy }) => addedBy),
    );
    return rows.map(({ added_at, ...row }) => ({
      ...row,
      addedBy: names.get(row.addedBy) ?? row.addedBy,
      addedAt: added_at.toISOString(),
    }));
  }
}
