import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';

const ROOT = fileURLToPath(new URL('.', import.meta.url));

/**
 * `verifier.html`: one file with script and style inside, that loads nothing. Its own policy travels in it and allows
 * exactly these two by their hashes, so that it can reach no network wherever it is opened. Not minified: an auditor
 * may read it.
 */
export const verifierPage = (): Plugin => ({
  name: 'verifier-page',
  apply: 'build',
  async generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'verifier.html', source: await singleFile() });
  },
});

async function singleFile(): Promise<string> {
  const built = await build({
    configFile: false,
    root: ROOT,
    publicDir: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      target: 'chrome109',
      cssTarget: 'chrome109',
      modulePreload: { polyfill: false },
      rolldownOptions: { input: `${ROOT}verifier.html` },
    },
  });
  const { output } = (Array.isArray(built) ? built[0] : built) as {
    output: { fileName: string; type: string; code?: string; source?: string | Uint8Array }[];
  };
  const texts = (suffix: string): string[] =>
    output.flatMap(({ fileName, code, source }) => (fileName.endsWith(suffix) ? [code ?? `${source}`] : []));
  const [script, ...more] = texts('.js');
  const [style, ...others] = texts('.css');
  if (script === undefined || style === undefined || more.length + others.length > 0)
    throw new Error(
      `verifier.html must be one script and one style: ${output.map((each) => each.fileName).join(', ')}`,
    );
  // What would end the element early is written another way that means the same to JavaScript.
  const inline = `\n${script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--')}`;
  const policy = `default-src 'none'; script-src ${sourceOf(inline)}; style-src ${sourceOf(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
  return readFileSync(`${ROOT}verifier.html`, 'utf8')
    .replace(
      '<meta charset="utf-8" />',
      (meta) => `${meta}\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`,
    )
    .replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${style}</style>`)
    .replace(/<script type="module"[^>]*><\/script>/, () => `<script type="module">${inline}</script>`);
}

const sourceOf = (text: string): string => `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
