import { LabIcon } from '@jupyterlab/ui-components';
import autodashSvg from '../style/icons/autodash.svg';

/** A chart inside an arrow that turns back. */
export const autodashIcon = new LabIcon({ name: 'autodash-jupyter:icon', svgstr: autodashSvg });
