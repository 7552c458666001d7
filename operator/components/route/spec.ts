import type { z } from 'zod';
import { group, objectName } from '../../api/fields.ts';

export const routeSpec = group(
  "How visitors reach the site. Default: an Ingress of the cluster's default class.",
  {
    ingressClassName: objectName(
      "Name of the IngressClass that publishes the hosts. Default: the cluster's default IngressClass.",
    ).exactOptional(),
  },
);

export type RouteSpec = z.input<typeof routeSpec>;
