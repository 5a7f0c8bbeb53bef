import type { InputUse } from '../api/shapes.js';

/** One name of the formula with what was filed for it: one figure, or one per quarter. */
export interface InputGroup {
  readonly name: string;
  readonly title: string;
  readonly metric: string;
  /** Places in the list of inputs, with the input. */
  readonly uses: readonly (readonly [index: number, input: InputUse])[];
}

/** Inputs of one name stand together, in the order of the formula. */
export function inputGroups(inputs: readonly InputUse[]): InputGroup[] {
  const groups = new Map<string, InputGroup & { uses: [number, InputUse][] }>();
  inputs.forEach((input, index) => {
    const group = groups.get(input.name);
    if (group) group.uses.push([index, input]);
    else groups.set(input.name, { name: input.name, title: input.title, metric: input.metric, uses: [[index, input]] });
  });
  return [...groups.values()];
}
