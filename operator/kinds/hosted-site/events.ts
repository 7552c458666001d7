/** Every Event that the operator writes about a HostedSite: milestones only. Reason → type, and what happened. */
export const events = {
  ReleaseSucceeded: { type: 'Normal', sentence: 'The release serves, and no pod of another one is left.' },
  ReleaseFailed: { type: 'Warning', sentence: 'The release did not come up.' },
  ReleaseRolledBack: {
    type: 'Warning',
    sentence: 'The release was not ready by its deadline; the last good one runs again.',
  },
  ApplicationInstalled: { type: 'Normal', sentence: 'The first installation of the application is done.' },
  VolumeGrown: { type: 'Normal', sentence: 'A volume is being grown.' },
  BoostEnded: {
    type: 'Normal',
    sentence: 'The boost is over, and the site has as many replicas as without it.',
  },
  BoostTooLate: {
    type: 'Warning',
    sentence:
      'The boost changes nothing: its endTime is in the past; write a later one, or remove spec.boost.',
  },
  Scaled: { type: 'Normal', sentence: 'The site is to have another number of pods.' },
  SwitchedOff: { type: 'Normal', sentence: 'The site has no replicas, as its spec wants.' },
  SwitchedOn: { type: 'Normal', sentence: 'The site is to have replicas again.' },
  MaintenanceStarted: { type: 'Normal', sentence: 'Visitors get the maintenance page.' },
  MaintenanceEnded: { type: 'Normal', sentence: 'The maintenance is over.' },
  HostTakenOver: { type: 'Normal', sentence: "The site has a host that was another one's." },
  HostReleased: {
    type: 'Normal',
    sentence: 'A host that the spec no longer names is published no more and given back.',
  },
  CronFailed: {
    type: 'Warning',
    sentence: 'A run of a cron job failed; the condition CronReady says where its log is.',
  },
  Stalled: { type: 'Warning', sentence: 'A person must act; the message says on what.' },
  Recovered: { type: 'Normal', sentence: 'The site is no longer stalled.' },
  Suspended: { type: 'Normal', sentence: 'The operator holds its changes to the site.' },
  Resumed: { type: 'Normal', sentence: 'The operator works on the site again.' },
  DeletionPolicyInForce: {
    type: 'Normal',
    sentence: 'Volumes and credentials now go with the site, or stay, as its deletionPolicy says.',
  },
  ExpiresSoon: {
    type: 'Warning',
    sentence:
      'spec.ttl is nearly over, and the site deletes itself with its data. To keep it, write a longer ttl, or remove it.',
  },
  ExpiryFailed: {
    type: 'Warning',
    sentence:
      "spec.ttl is over, and the site could not be deleted. It is tried again; the operator's log says why.",
  },
  Expired: { type: 'Normal', sentence: 'spec.ttl is over: the site is deleted with its data.' },
} as const satisfies Record<string, { type: 'Normal' | 'Warning'; sentence: string }>;

export type EventReason = keyof typeof events;
