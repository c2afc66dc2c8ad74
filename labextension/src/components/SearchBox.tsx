import React from 'react';
import { usePanelServices } from './services';

/** Narrows the list of datasets to those that have every word in their name or file name. */
export function SearchBox(props: {
  words: string;
  found: number;
  onChange: (words: string) => void;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const { words, found, onChange } = props;
  return (
    <div className="jp-AutoDash-search" role="search">
      <input
        type="search"
        data-testid="autodash-search"
        data-lm-suppress-shortcuts="true"
        placeholder={trans.__('Find a dataset')}
        aria-label={trans.__('Find a dataset')}
        value={words}
        onChange={event => {
          onChange(event.target.value);
        }}
        onKeyDown={event => {
          if (event.key === 'Escape') {
            event.stopPropagation();
            onChange('');
          }
        }}
      />
      <span
        role="status"
        className={found === 0 ? 'jp-AutoDash-searchEmpty' : 'jp-AutoDash-srOnly'}
      >
        {words === ''
          ? ''
          : found === 0
            ? trans.__('No dataset has these words.')
            : trans._n('%1 dataset', '%1 datasets', found)}
      </span>
    </div>
  );
}
