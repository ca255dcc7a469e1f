/** The engine's types under our words, for the web ring, which must not know the engine itself. */
import type Provider from 'oidc-provider';
import type { AdapterPayload, InteractionResults, KoaContextWithOIDC } from 'oidc-provider';

export type Engine = Provider;

/** Client metadata as the engine reads it, in its wire spelling. */
export type EngineClient = AdapterPayload;

export type EngineContext = KoaContextWithOIDC;

/** What a step of a sign-in settled. */
export type StepResult = InteractionResults;
