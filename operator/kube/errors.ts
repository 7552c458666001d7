/** What a request was, for error messages: never a body, because bodies may hold secrets. */
export interface RequestLine {
  method: string;
  path: string;
}

/** The fields of a Kubernetes `Status` that decide something. */
export interface StatusBody {
  reason?: string;
  message?: string;
  code?: number;
  details?: { causes?: readonly StatusCause[]; retryAfterSeconds?: number };
}

export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

export interface ApiErrorInit {
  request: RequestLine;
  /** HTTP status; 0 when no answer arrived. */
  code: number;
  /** The API server's reason, such as `AlreadyExists`. */
  reason: string;
  /** The API server's own sentence; left out for Secrets, since it may quote values. */
  detail?: string | undefined;
  causes?: readonly StatusCause[];
  retryAfterSeconds?: number | undefined;
  cause?: unknown;
}

/** Any answer that is not a success, and every request without an answer. */
export class ApiError extends Error {
  readonly request: RequestLine;
  readonly code: number;
  readonly reason: string;
  readonly detail: string;
  readonly causes: readonly StatusCause[];
  /** How long the server asked us to wait. */
  readonly retryAfterSeconds: number | undefined;

  constructor(init: ApiErrorInit) {
    const { request, code, reason, detail } = init;
    const answer = code === 0 ? reason : `${code} ${reason}`;
    super(`${request.method} ${request.path}: ${answer}${detail ? `: ${detail}` : ''}`, {
      cause: init.cause,
    });
    this.name = new.target.name;
    this.request = request;
    this.code = code;
    this.reason = reason;
    this.detail = detail ?? '';
    this.causes = init.causes ?? [];
    this.retryAfterSeconds = init.retryAfterSeconds;
  }
}

/** 400: the request makes no sense to this server (for a watch: an option that it does not know). */
export class BadRequest extends ApiError {}
/** 401 although the credentials were read anew. */
export class Unauthorized extends ApiError {}
/** 403: rights, quota, admission, or a namespace that is going away. */
export class Forbidden extends ApiError {
  /** The namespace is being deleted, so nothing new can be created in it. */
  get namespaceTerminating(): boolean {
    return this.causes.some((cause) => cause.reason === 'NamespaceTerminating');
  }
}
/**
 * 403 by RBAC, about this process and no object. An API server that has just started refuses everything so, until it has
 * read its roles.
 */
export class MissingRight extends Forbidden {}
export class NotFound extends ApiError {}
/** 409 on create: the name is taken. */
export class AlreadyExists extends ApiError {}
/** 409 otherwise: a precondition, a resourceVersion or another field manager stands against it. */
export class Conflict extends ApiError {}
/** 410: the resourceVersion or the continue token is too old. */
export class Gone extends ApiError {}
/** 422: the object is refused as it is; trying again does not help. */
export class Invalid extends ApiError {}
export class TooManyRequests extends ApiError {}
/** 5xx, an answer that is not from an API server, or no connection. */
export class Unavailable extends ApiError {}
/** No answer within our deadline, or the server's own (504). Whether a write happened is unknown. */
export class Timeout extends ApiError {}
/** Refused on our side: this process is not (or no longer) the leader. */
export class NotLeader extends ApiError {}

type ErrorClass = new (init: ApiErrorInit) => ApiError;

const classes: Readonly<Record<number, ErrorClass>> = {
  400: BadRequest,
  401: Unauthorized,
  403: Forbidden,
  404: NotFound,
  409: Conflict,
  410: Gone,
  422: Invalid,
  429: TooManyRequests,
  504: Timeout,
};

const reasons: Readonly<Record<string, ErrorClass>> = {
  AlreadyExists,
  Conflict,
  Expired: Gone,
  Invalid,
  ServerTimeout: Timeout,
  Timeout,
};

/** The error for an answer: by its reason where that says more than the code, else by the code. */
export function apiError(
  request: RequestLine,
  code: number,
  status: StatusBody,
  retryAfterSeconds?: number,
): ApiError {
  const reason = reasonOf(code, status);
  const chosen = classOf(code, reason, status);
  const { causes = [], retryAfterSeconds: asked } = status.details ?? {};
  const reported = { request, code, reason, retryAfterSeconds: retryAfterSeconds ?? asked };
  return new chosen(
    isSecretPath(request.path)
      ? { ...reported, causes: withoutMessages(causes) }
      : { ...reported, causes, detail: status.message },
  );
}

function classOf(code: number, reason: string, { message = '' }: StatusBody): ErrorClass {
  if (code === 403 && / is forbidden: User "[^"]*" cannot /.test(message)) return MissingRight;
  return reasons[reason] ?? classes[code] ?? (code >= 500 ? Unavailable : ApiError);
}

function reasonOf(code: number, { reason, message, details }: StatusBody): string {
  // Applying with a UID to an object that has another one: a precondition that does not hold.
  if (details?.causes?.some(({ field }) => field === 'metadata.uid') === true) return 'Conflict';
  // Server-side apply answers 500 without a reason to a field that the schema does not have.
  if (code === 500 && message?.includes('typed patch object') === true) return 'Invalid';
  if (reason !== undefined && reason !== '') return reason;
  return code >= 500 ? 'Unavailable' : 'Unknown';
}

function isSecretPath(path: string): boolean {
  return /^\/api\/v1\/(namespaces\/[^/]+\/)?secrets(\/|\?|$)/.test(path);
}

function withoutMessages(causes: readonly StatusCause[]): StatusCause[] {
  return causes.map(({ reason, field }) => ({
    ...(reason === undefined ? {} : { reason }),
    ...(field === undefined ? {} : { field }),
  }));
}
