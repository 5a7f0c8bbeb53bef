import { Inject, Injectable } from '@nestjs/common';
import { dayOf } from '../calendar/day.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { foldName } from '../institutions/institution-name.js';
import type { Role } from '../lifecycle/lifecycle.js';
import type { Tx } from '../platform/database.service.js';
import { checkScheme } from '../scoring/scheme/check-scheme.js';
import { attributesRead } from '../scoring/scheme/scheme-reads.js';
import type { KnownInstitution, KnownRegister } from './register-plan.js';

/** An institution as the workbook writes it. */
export interface RegisteredInstitution extends KnownInstitution {
  readonly aliases: readonly string[];
  readonly accounts: readonly { readonly username: string; readonly name: string; readonly roles: readonly Role[] }[];
}

/** Reads the district's register as far as a workbook can speak of it. */
@Injectable()
export class RegisterQuery {
  constructor(@Inject(CATALOGUE) private readonly catalogue: Catalogue) {}

  async known(tx: Tx): Promise<KnownRegister> {
    const institutions = await this.institutions(tx);
    const former = await tx.rows<{ uscc: string; text: string }>(
      `select i.uscc, former.text from institution i
       join institution_event e on e.institution_id = i.id and e.kind = 'rename'
       cross join lateral (values (e.before ->> 'name'), (e.after ->> 'name')) as former (text)
       where i.register = 'district' and former.text is not null`,
    );
    const accounts = await tx.rows<{ username: string; uscc: string | null; roles: Role[] }>(
      `select u.username, i.uscc, array(select r.role from user_role r
         where r.user_id = u.id and (r.valid_to is null or r.valid_to > $1)) as roles
       from user_account u left join institution i on i.id = u.institution_id`,
      [tx.now],
    );
    const asked = await tx.rows<{ username: string; uscc: string }>(
      `select r.username, i.uscc from account_request r join institution i on i.id = r.institution_id where r.state = 'asked'`,
    );
    return {
      institutions: new Map(institutions.map((each) => [each.uscc, each])),
      names: new Map([
        ...former.map(({ uscc, text }): [string, string] => [foldName(text), uscc]),
        ...institutions.flatMap(({ uscc, name, aliases }) =>
          [...aliases, name].map((text): [string, string] => [foldName(text), uscc]),
        ),
      ]),
      accounts: new Map(accounts.map(({ username, uscc, roles }) => [username, { uscc, roles }])),
      asked: new Map(asked.map(({ username, uscc }) => [username, uscc])),
      today: dayOf(tx.now),
    };
  }

  /** Of the district, by code. */
  institutions(tx: Tx): Promise<RegisteredInstitution[]> {
    return tx.rows<RegisteredInstitution>(
      `select i.id, i.uscc, i.name, i.opened_on::text as "openedOn", i.closed_on::text as "closedOn", t.type,
         t.valid_from::text as "typeFrom", i.attributes,
         (select max(e.effective_on)::text from institution_event e where e.institution_id = i.id and e.kind = 'rename') as "renamedOn",
         json_build_object('name', c.name, 'phone', c.phone, 'email', c.email) as contact,
         array(select a.alias from institution_alias a where a.institution_id = i.id order by a.alias) as aliases,
         coalesce((select json_agg(json_build_object('username', u.username, 'name', u.name,
             'roles', array(select r.role from user_role r where r.user_id = u.id and r.valid_from <= $1 and (r.valid_to is null or r.valid_to > $1)))
             order by u.username)
           from user_account u where u.institution_id = i.id and u.disabled_at is null and u.erased_at is null), '[]') as accounts
       from institution i
       left join lateral (select type, valid_from from institution_type where institution_id = i.id
         order by valid_from desc limit 1) t on true
       left join institution_contact c on c.institution_id = i.id
       where i.register = 'district' order by i.uscc`,
      [tx.now],
    );
  }

  /** Columns that the latest versions of the district's schemes read of an institution. */
  async attributes(tx: Tx): Promise<string[]> {
    const schemes = await tx.rows<{ document: string }>(
      `select distinct on (code) document from scheme where register = 'district' and state <> 'retired'
       order by code, version desc`,
    );
    const read = schemes.flatMap(({ document }) => {
      const { scheme } = checkScheme(document, this.catalogue.facts());
      return scheme ? attributesRead(scheme) : [];
    });
    return [...new Set(read)].sort();
  }
}
