// A contact as GET /contacts and GET /contacts/{contact} tell it.
import type { Attempt } from "../attempts/attempt.ts";

export interface ContactNumber {
  number: string;
  type: string;
  country: string;
  zones?: string[] | string;
  barred?: boolean;
}
export interface Contact {
  id: number;
  key: string;
  name: string;
  numbers: ContactNumber[];
  phase: string;
  reason: string;
  next_at?: string | null;
  attempts: number;
  list_name?: string;
  /** "": its list is tied to none. */
  campaign?: string;
  fields?: Record<string, string>;
}
export interface Note {
  attempt: number;
  agent: string | null;
  text: string;
  at: string;
}
/** Why a number is not dialed now: the gate that is shut. */
export interface Why {
  number: string;
  gate: string;
  text: string;
  opens_at: string | null;
}
export interface OneContact {
  contact: Contact;
  campaign: string;
  attempts: Attempt[];
  notes: Note[];
  why: Why[];
  dialable: boolean;
}
