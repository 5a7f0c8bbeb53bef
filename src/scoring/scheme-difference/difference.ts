import type { Scheme } from '../scheme/scheme.js';
import { type Named, type Order, ordersOf, type Property, type Thing, thingsOf } from './things.js';

/** One difference between two schemes, in plain Chinese. */
export interface DifferenceLine {
  readonly change: 'added' | 'removed' | 'changed' | 'moved';
  /** What it is about: 绿色贷款占比; empty for the scheme itself. */
  readonly about: string;
  /** The property that changed; empty when the whole thing was added or removed. */
  readonly property: string;
  readonly before: string | null;
  readonly after: string | null;
  /** The sentence. */
  readonly text: string;
  /** It changes no digit of a result. */
  readonly wordsOnly: boolean;
}

/**
 * What differs in meaning between two schemes, in the order of the later one; what was taken away comes last. Comments,
 * the order of keys, spaces and spelled-out defaults are no difference, nor is the version's number, by which two
 * versions always differ. Empty: 无实质变化.
 * @param departmentOf how a department that scores is called
 */
export function schemeDifference(
  before: Scheme,
  after: Scheme,
  departmentOf: Named = (code) => code,
): readonly DifferenceLine[] {
  const [old, now] = [byKey(thingsOf(before, departmentOf)), byKey(thingsOf(after, departmentOf))];
  const lines = [...now.values()].flatMap((thing) => {
    const was = old.get(thing.key);
    return was ? changes(was, thing) : [added(thing)];
  });
  const removed = [...old.values()].filter(({ key }) => !now.has(key)).map(removedLine);
  return [...lines, ...moved(before, after, old, now), ...removed];
}

const byKey = (things: readonly Thing[]): ReadonlyMap<string, Thing> =>
  new Map(things.map((thing) => [thing.key, thing]));

const called = ({ kind, title }: Thing): string => (kind === '' ? '' : `${kind}“${title}”`);
const shown = ({ says, isFormula }: Property): string => (isFormula ? `「${says}」` : says);

function changes(was: Thing, thing: Thing): readonly DifferenceLine[] {
  const old = new Map(was.properties.map((property) => [property.name, property]));
  return thing.properties.flatMap((property) => {
    const before = old.get(property.name);
    if (!before || before.same === property.same) return [];
    const about = called(was);
    const subject = about === '' ? property.name : `${about}的${property.name}`;
    return [
      {
        change: 'changed',
        about,
        property: property.name,
        before: before.says,
        after: property.says,
        text: `${subject}由 ${shown(before)} 改为 ${shown(property)}`,
        wordsOnly: property.wordsOnly === true,
      } as const,
    ];
  });
}

/** 权重 40；公式 「…」；…: what a thing is, without what it lacks. */
const summary = ({ properties }: Thing): string =>
  properties
    .filter(({ same, name }) => same !== '' && name !== '名称')
    .map((property) => `${property.name} ${shown(property)}`)
    .join('；');

function added(thing: Thing): DifferenceLine {
  const about = called(thing);
  const after = summary(thing);
  const text = `新增${about}${after === '' ? '' : `：${after}`}`;
  return { change: 'added', about, property: '', before: null, after, text, wordsOnly: false };
}

function removedLine(thing: Thing): DifferenceLine {
  const about = called(thing);
  const before = summary(thing);
  return { change: 'removed', about, property: '', before, after: null, text: `删去${about}`, wordsOnly: false };
}

/** Lists in which those that stand in both stand in another order. */
function moved(
  before: Scheme,
  after: Scheme,
  old: ReadonlyMap<string, Thing>,
  now: ReadonlyMap<string, Thing>,
): readonly DifferenceLine[] {
  const orders = new Map(ordersOf(before).map((order) => [order.key, order]));
  return ordersOf(after).flatMap((order) => {
    const was = orders.get(order.key);
    if (!was) return [];
    const common = (from: Order, other: Order): string[] => from.keys.filter((key) => other.keys.includes(key));
    const [earlier, later] = [common(was, order), common(order, was)];
    if (earlier.every((key, i) => key === later[i])) return [];
    const titles = (keys: readonly string[], things: ReadonlyMap<string, Thing>): string =>
      keys.map((key) => things.get(key)?.title ?? key).join('、');
    const [first, second] = [titles(earlier, old), titles(later, now)];
    return [
      {
        change: 'moved',
        about: '',
        property: order.title,
        before: first,
        after: second,
        text: `${order.title}由 ${first} 改为 ${second}`,
        wordsOnly: false,
      } as const,
    ];
  });
}
