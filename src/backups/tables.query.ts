import type pg from 'pg';
import copy from 'pg-copy-streams';
import { DomainError } from '../problems/problems.js';

/** One table as a backup knows it. */
export interface Table {
  /** With its schema, each quoted where need be: `public.filing`. */
  readonly name: string;
  /** Quoted; without generated ones. */
  readonly columns: readonly string[];
  /** The primary key as an order that is the same on every server. */
  readonly order: string;
  /** The row filter binds the owner too. */
  readonly isForced: boolean;
}

interface Row {
  readonly name: string;
  readonly columns: string[];
  readonly key: string[] | null;
  readonly forced: boolean;
  readonly needs: string[] | null;
  readonly granted: boolean;
  readonly whole: boolean;
}

/** Jobs are not saved: what is undone stands in the outbox and is relayed again. */
const OWN_SCHEMAS = `n.nspname not in ('bullmq', 'information_schema') and n.nspname !~ '^pg_'`;
/** Which migrations ran is a fact of the program, not of the data. */
const MIGRATIONS_TABLE = 'public.migration';

/** Texts of values must be the same wherever they are read. */
export const PLAIN_TEXTS = `set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres';
  set bytea_output = 'hex'; set extra_float_digits = 1; set client_encoding = 'UTF8'`;

/**
 * All tables of the product as the catalogue has them, those that others refer to first.
 * @param asReader the login must be able to read every row of every one of them
 * @throws BACKUP_UNREADABLE naming the tables of which the login would see nothing or a part
 */
export async function tablesOf(client: pg.Client, asReader: boolean): Promise<Table[]> {
  const { rows } = await client.query<Row>(`
    select format('%I.%I', n.nspname, c.relname) as name, c.relforcerowsecurity as forced,
      (select array_agg(quote_ident(a.attname) order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
      (select array_agg(quote_ident(a.attname) || case when a.attcollation <> 0 then ' collate "C"' else '' end order by k.place)
        from pg_index i cross join lateral unnest(i.indkey::int2[]) with ordinality as k (attnum, place)
        join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
        where i.indrelid = c.oid and i.indisprimary) as key,
      (select array_agg(distinct f.confrelid::regclass::text) from pg_constraint f
        where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as needs,
      has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') as granted,
      -- Asked of the policies, since a filtered read looks like a short table: one that lets everything through, and
      -- none that takes something away again.
      not c.relrowsecurity or (
        exists (select from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('r', '*')
          and pg_get_expr(p.polqual, p.polrelid) = 'true' and p.polroles && array[0::oid, u.oid])
        and not exists (select from pg_policy p where p.polrelid = c.oid and not p.polpermissive and p.polcmd in ('r', '*')
          and p.polroles && array[0::oid, u.oid])) as whole
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_roles u on u.rolname = current_user
    where c.relkind in ('r', 'p') and not c.relispartition and ${OWN_SCHEMAS}
    order by 1`);
  const hidden = asReader ? rows.filter((row) => !row.granted || !row.whole) : [];
  const unordered = rows.filter((row) => row.key === null);
  if (hidden.length > 0 || unordered.length > 0)
    throw new DomainError(
      'BACKUP_UNREADABLE',
      503,
      '有表不能完整读出，备份会缺行，因此没有备份',
      [...hidden, ...unordered].map(({ name, key }) => {
        const [found, expected] = key === null ? ['没有主键', '有主键'] : ['权限或行过滤不放行', '全部行可读'];
        return { path: name, rule: 'backup-readable', found, expected, message: `表 ${name}：${found}` };
      }),
    );
  return inOrder(rows.filter((row) => row.name !== MIGRATIONS_TABLE)).map(({ name, columns, key, forced }) => ({
    name,
    columns,
    order: (key as string[]).join(', '),
    isForced: forced,
  }));
}

/** Those that others refer to first, so that every row finds what it refers to. @throws Error for a circle */
function inOrder(rows: readonly Row[]): Row[] {
  const short = (name: string): string => name.replace(/^public\./, ''); // as regclass writes it
  const placed: Row[] = [];
  const open = new Set(rows);
  while (open.size > 0) {
    const left = new Set([...open].map(({ name }) => short(name)));
    const next = [...open].filter(({ needs }) => !needs?.some((need) => left.has(short(need))));
    if (next.length === 0) throw new Error(`tables refer to each other in a circle: ${[...left].join(', ')}`);
    for (const row of next) open.delete(row);
    placed.push(...next);
  }
  return placed;
}

/** A sequence and where it stands. */
export interface Sequence {
  readonly name: string;
  readonly last: string;
  readonly isCalled: boolean;
}

/** All sequences of the product. Read after the rows' snapshot was taken: never behind them. */
export async function sequencesOf(client: pg.Client): Promise<Sequence[]> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'S' and ${OWN_SCHEMAS} order by 1`,
  );
  const sequences: Sequence[] = [];
  for (const { name } of rows) {
    const found = await client.query<{ last: string; called: boolean }>(
      `select last_value::text as last, is_called as called from ${name}`,
    );
    const [{ last, called }] = found.rows as [{ last: string; called: boolean }];
    sequences.push({ name, last, isCalled: called });
  }
  return sequences;
}

/** The migrations that this database went through. */
export async function migrationsOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`select name from ${MIGRATIONS_TABLE} order by id`);
  return rows.map(({ name }) => name);
}

const list = (table: Table): string => table.columns.join(', ');

/** The rows of a table as COPY writes them, in the order of its key. `rowCount` is known after the next query. */
export const readRows = (client: pg.Client, table: Table) =>
  client.query(copy.to(`copy (select ${list(table)} from ${table.name} order by ${table.order}) to stdout`));

/** Takes rows as COPY wrote them. */
export const writeRows = (client: pg.Client, table: Table) =>
  client.query(copy.from(`copy ${table.name} (${list(table)}) from stdin`));
