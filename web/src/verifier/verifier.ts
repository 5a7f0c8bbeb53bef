import {
  REDACTED,
  type Verification,
  type VerificationStep,
  verification,
  WHOLE,
} from '../../../src/scoring/bundle/verify.js';
import { checkCode } from '../figures/figure-text.js';
import { contentsOf } from './contents.js';
import { byId, element } from './element.js';
import { sha256 } from './sha256.js';

const PARTS: Readonly<Record<string, string>> = {
  scheme: '评价方案',
  metrics: '指标口径',
  institutions: '机构名单',
  figures: '报送数字',
  assessments: '定性评分',
  results: '名次和得分',
  own: '本机构明文',
  [WHOLE]: '整个存证包',
};

/** Counts the files chosen: a verification of an earlier one falls silent. */
let chosen = 0;

/** Lets the page be painted: the computation runs on its thread, in one file with nothing fetched. */
const painted = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

async function verifyFile(file: File): Promise<void> {
  const mine = ++chosen;
  for (const id of ['progress', 'hashes', 'contents', 'verdict']) byId(id).replaceChildren();
  for (const id of ['verdict', 'contents']) byId(id).hidden = true;
  byId('steps').hidden = false;
  byId('file-name').textContent = `${file.name}　${file.size.toLocaleString('zh-CN')} 字节`;
  say(`读取 ${file.name}`);
  await painted();
  const text = await file.text();
  const steps = verification(text, sha256);
  let format = { isRedacted: false, full: '' };
  for (;;) {
    const { done, value } = steps.next();
    if (mine !== chosen) return;
    if (done) {
      finish(value, format);
      return;
    }
    show(value);
    if (value.kind === 'read')
      format = { isRedacted: value.isRedacted, full: typeof value.bundle.full === 'string' ? value.bundle.full : '' };
    await painted();
    if (mine !== chosen) return;
  }
}

function say(words: string): void {
  for (const item of byId('progress').children) item.classList.add('past');
  byId('progress').append(element('li', {}, words));
}

function show(step: VerificationStep): void {
  switch (step.kind) {
    case 'read':
      byId('contents').replaceChildren(...contentsOf(step.bundle, step.isRedacted));
      byId('contents').hidden = false;
      say('核对哈希');
      return;
    case 'hash':
      byId('hashes').append(hashRow(step));
      return;
    case 'leaves':
      say(
        step.missing === null ? `本机构的 ${step.rows} 行明文都在散列之中` : `本机构第 ${step.rows} 行明文不在散列之中`,
      );
      return;
    case 'prepare':
      say('读懂方案，分组，核对参评条件');
      return;
    case 'cohort':
      say(`重算“${step.title}”组，${step.members} 家`);
      return;
    case 'compare':
      say('名次、总分和每个指标的得分逐格比较');
      return;
  }
}

function hashRow({ part, stated, computed }: VerificationStep & { kind: 'hash' }): HTMLElement {
  const same = stated === computed;
  return element(
    'tr',
    { class: same ? 'same' : 'differs', 'data-part': part, 'data-same': `${same}` },
    element('th', { scope: 'row' }, PARTS[part] ?? part),
    element('td', {}, element('code', {}, stated)),
    element('td', {}, element('code', {}, computed)),
    element('td', {}, same ? '✓ 相同' : '✕ 不同'),
  );
}

function finish(found: Verification, { isRedacted, full }: { isRedacted: boolean; full: string }): void {
  const verdict = byId('verdict');
  const isChecked = !found.ok && isRedacted && found.difference === REDACTED;
  verdict.className = `card verdict ${found.ok ? 'good' : isChecked ? 'part' : 'bad'}`;
  verdict.dataset.outcome = found.ok ? 'same' : isChecked ? 'redacted' : 'differs';
  if (found.ok)
    verdict.replaceChildren(
      element('h2', {}, '✓ 一致'),
      element('p', {}, '哈希逐项相同；用包内的方案和数字从头重算，名次、总分和每个指标的得分与包内所写逐格相同。'),
      ...hashBlock(found.hash, '存证包哈希（SHA-256）'),
    );
  else if (isChecked)
    verdict.replaceChildren(
      element('h2', {}, '◐ 哈希一致；脱敏存证包，不能重算'),
      element(
        'p',
        {},
        '包内各部分与哈希相符，本机构的明文各行确在其中。其他机构的数字只留散列，本页无法重算名次和得分，因此不能说结果算得对不对。',
      ),
      ...hashBlock(full, '所对应的完整存证包哈希（包内所写，核验码由此而来）'),
    );
  else
    verdict.replaceChildren(
      element('h2', {}, '✕ 不一致'),
      element('p', {}, '首个差异：', element('strong', { 'data-testid': 'difference' }, found.difference)),
      element('p', {}, '这份存证包与公布的结果不符，或者在传送中被改动。请向公布评价的单位另取一份，再核对核验码。'),
    );
  verdict.hidden = false;
  say(found.ok || isChecked ? '核验完毕' : '核验完毕，有差异');
  verdict.scrollIntoView({ block: 'nearest' });
}

function hashBlock(hash: string, title: string): readonly Node[] {
  if (!/^[0-9a-f]{64}$/.test(hash)) return [];
  const button = element('button', { type: 'button' }, '复制哈希');
  button.addEventListener('click', () => {
    button.textContent = copied(hash) ? '已复制' : '请选中后按 Ctrl+C';
  });
  return [
    element(
      'p',
      { class: 'check-code' },
      element('span', {}, '核验码'),
      element('b', { 'data-testid': 'check-code' }, checkCode(hash)),
    ),
    element(
      'p',
      { class: 'hash' },
      element('span', {}, title),
      element('code', { 'data-testid': 'hash' }, hash),
      button,
    ),
  ];
}

/** `navigator.clipboard` is missing on plain HTTP and in a file opened from disk. */
function copied(text: string): boolean {
  const field = element('textarea', { class: 'off' });
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  return done;
}

function start(files: FileList | null | undefined): void {
  const file = files?.[0];
  if (!file) return;
  verifyFile(file).catch((error: unknown) => {
    finish(
      { ok: false, difference: error instanceof Error ? error.message : '无法读取' },
      { isRedacted: false, full: '' },
    );
  });
}

const input = byId('file') as HTMLInputElement;
// The same file may be chosen again after it was changed.
input.addEventListener('click', () => {
  input.value = '';
});
input.addEventListener('change', () => start(input.files));
const drop = byId('drop');
for (const name of ['dragenter', 'dragover'])
  document.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add('over');
  });
document.addEventListener('dragleave', () => drop.classList.remove('over'));
document.addEventListener('drop', (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  start(event.dataTransfer?.files);
});
