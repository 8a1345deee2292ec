import type { Fact, InvalidToken, KindedObject, Request, Step, Verdict } from '../model/index.ts';
import type { Rightness } from './types.ts';

/** What a caller saw. */
export type SymptomWord = 'timeout' | '401' | '403' | '503' | 'reset';

/** What a symptom comes to. */
export interface SymptomFinding {
  readonly word: SymptomWord;
  readonly request: Request;
  readonly verdict: Verdict;
  /** `impatient`: the verdict's answer comes after so long that the caller gave up before. */
  readonly fits: 'yes' | 'impatient' | 'no';
  /** What else gives this symptom; those that were tried and fit stand first. */
  readonly causes: readonly SymptomCause[];
  readonly right?: Rightness;
}

/** Something that gives a symptom. `step` denies with that changed. */
export type SymptomCause =
  | { readonly kind: 'plaintext'; readonly verdict: Verdict; readonly step: Step }
  | {
      readonly kind: 'token';
      readonly token: 'none' | InvalidToken;
      readonly verdict: Verdict;
      readonly step: Step;
    }
  | { readonly kind: 'authorizer'; readonly provider: string; readonly verdict: Verdict; readonly step: Step }
  /** The client sends something that is not HTTP, or TLS of its own. */
  | { readonly kind: 'bytes'; readonly verdict: Verdict; readonly step: Step }
  /** The client uses the pod's own address. */
  | { readonly kind: 'bare address'; readonly verdict: Verdict; readonly step: Step }
  /** The client looks the name up, and gets no answer. */
  | { readonly kind: 'DNS'; readonly server: string; readonly verdict: Verdict; readonly step: Step }
  /** The address of the client is that of a node. */
  | { readonly kind: 'node address'; readonly node: string; readonly verdict: Verdict; readonly step: Step }
  /** The policies that would have denied it before are not in force, or newer. */
  | {
      readonly kind: 'not in force';
      readonly policies: readonly KindedObject[];
      readonly verdict: Verdict;
      readonly step: Step;
    }
  /** The request was of another method or path; `value` is one of which that is so. */
  | {
      readonly kind: 'another request';
      readonly field: 'method' | 'path';
      readonly value: string;
      readonly verdict: Verdict;
      readonly step: Step;
    }
  /** The manifests have no policy of the kind that gives this. */
  | { readonly kind: 'missing policy'; readonly policy: 'RequestAuthentication'; readonly namespace: string }
  /** Something that was not said of the request decides. */
  | { readonly kind: 'request'; readonly facts: readonly Fact[] }
  | { readonly kind: 'other policies'; readonly objects: readonly KindedObject[] }
  /** Nothing of policies: the server itself, or what stands before it. */
  | { readonly kind: 'server'; readonly what: ServerFault };

/** What a server or a network does that looks alike. */
export type ServerFault =
  | 'answers so itself'
  | 'does not answer'
  | 'closes the connection'
  | 'does not listen'
  | 'is held to be broken'
  | 'is behind a firewall';
