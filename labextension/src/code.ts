import { PathExt } from '@jupyterlab/coreutils';
import type { Action, IDataset, IRequests } from './protocol';

/** The endings of files that `%load_dataset` reads; each may be followed by that of a packer. */
const LOADABLE = new Set(
  (
    '.csv .tsv .tab .txt .dat .psv .ssv .asc .fwf .parquet .pq .parq .feather .arrow .ipc .arrows .orc ' +
    '.xlsx .xls .xlsm .xlsb .ods .json .geojson .ndjson .jsonl .xml .dta .sas7bdat .xpt .sav .zsav .por ' +
    '.db .sqlite .sqlite3 .db3 .duckdb .zip .tar .tgz .tbz2 .txz'
  ).split(' ')
);
const PACKED = new Set(['.gz', '.bz2', '.xz', '.zst', '.lzma']);

/** Whether a file's name tells that it holds a table. */
export function isLoadable(path: string): boolean {
  const name = PathExt.basename(path).toLowerCase();
  const ending = PathExt.extname(name);
  const inner = PACKED.has(ending) ? PathExt.extname(name.slice(0, -ending.length)) : ending;
  return LOADABLE.has(inner);
}

/** The cell that loads a file; both paths are the server's, and kernels work beside their notebook. */
export function loadFileCode(path: string, notebookPath: string): string {
  const relative = PathExt.relative(PathExt.dirname(notebookPath), path);
  return `%load_dataset ${quoted(relative.startsWith('-') ? `./${relative}` : relative)}`;
}

/** A word of a magic's line, quoted where it would be read as something else. */
export function quoted(word: string): string {
  if (/^[\w./:@%+,-]+$/u.test(word)) {
    return word;
  }
  // IPython puts the values of variables in place of {name} and $name.
  const kept = word.replace(/[{}]/g, '$&$&').replace(/\$(?=[\w.])/g, '$$$$');
  return kept.includes("'") ? `"${kept.replace(/["\\]/g, '\\$&')}"` : `'${kept}'`;
}

/** Whether a text can stand in one line of code at all. */
export function isOneLine(text: string): boolean {
  // eslint-disable-next-line no-control-regex
  return !/[\u0000-\u001f\u007f\u2028\u2029]/.test(text);
}

/** A column of a table. */
export function columnCode(dataset: string, column: string): string {
  return `${dataset}[${JSON.stringify(column)}]`;
}

/** The cell that does what was asked for by mouse; `null` for what leaves nothing to tell. */
export function codeOf<A extends Action>(
  action: A,
  params: IRequests[A],
  datasets: readonly IDataset[]
): string | null {
  const given = params as Partial<Record<string, string | number>>;
  const known = datasets.find(dataset => dataset.dataset_id === given.dataset_id);
  const name = quoted(known?.name ?? String(given.dataset_id));
  switch (action) {
    case 'undo':
    case 'redo':
      return `%${action}`;
    case 'goto':
      return `%timeline --goto ${given.step_id}`;
    case 'regenerate':
      return `%context ${name} --regenerate`;
    case 'restore_revision':
      return `%context ${name} --restore ${given.revision}`;
    case 'use_context':
      return `%context ${name} --use ${quoted(String(given.name))}`;
    case 'save_context':
      return `%%context ${name}\n${given.text}`;
    default:
      return null;
  }
}
