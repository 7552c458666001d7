import type { Preset } from '../presets/preset.ts';
import type { ClusterNetwork } from './flow.ts';
import type { ImageReferences } from './images.ts';
import type { Size } from './sizes.ts';

/** What counts where a field of the spec is left out. */
export interface Sources {
  preset: Preset;
  size: Size;
  images: Images;
  network: NetworkSettings;
  /** Of sites that name none. */
  trustedProxies: readonly string[];
}

/** What the operator's configuration says of images. */
export interface Images extends ImageReferences {
  /** A new release runs the content that the tag of its image has when it begins. Default: false. */
  resolveTags?: boolean;
}

interface NetworkSettings extends ClusterNetwork {
  enabled: boolean;
}
