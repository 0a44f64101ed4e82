import { agentPath, ask, get } from "../api/client.ts";
import type { Answers, Guide } from "./walk.ts";

/** The guide in the version that the interaction began with, and what was answered so far. */
export interface GuideInCall {
  document: Guide;
  answers: Answers;
  submitted_at: string | null;
}

export const readGuide = (agent: string, attempt: number) =>
  get<GuideInCall>(`${agentPath(agent, "guide")}?attempt=${attempt}`);

export const keepAnswers = (agent: string, attempt: number, answers: Answers) =>
  ask<GuideInCall>("PUT", agentPath(agent, "answers"), { attempt, answers });

export const submitAnswers = (agent: string, attempt: number, answers: Answers) =>
  ask<GuideInCall>("POST", agentPath(agent, "answers/submit"), { attempt, answers });
