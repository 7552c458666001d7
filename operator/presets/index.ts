import { generic } from './generic.ts';
import type { Preset, PresetName } from './preset.ts';
import { wordpress } from './wordpress.ts';

/** Every preset, by the word that users write. */
export const presets: Readonly<Record<PresetName, Preset>> = { Generic: generic, WordPress: wordpress };
