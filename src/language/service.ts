import { resolve } from 'node:path';
import { UserError } from '../core/errors.ts';
import { gatherFacts } from '../facts/gather.ts';
import type { RecipePlace } from '../facts/recipePlace.ts';
import { resolveModel } from '../hub/resolveModel.ts';
import type {
  CachedModelInfo,
  ColumnsResult,
  PlanResult,
  RecipeDescription,
  RecipeParameters,
  ValueEdit,
  Vocabulary,
} from '../protocol/language.ts';
import { advise } from '../evidence/advise.ts';
import { checkRecipe } from '../recipe/check.ts';
import { editRecipe, type TextEdit } from '../recipe/edit.ts';
import { modelKey, type Facts } from '../recipe/facts.ts';
import { formatRecipe } from '../recipe/format.ts';
import { parseRecipe } from '../recipe/parse.ts';
import { inTextOrder } from '../recipe/place.ts';
import type { Problem, Range } from '../recipe/problem.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type {
  CodeAction,
  CompletionItem,
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  Hover,
  Location,
} from 'vscode-languageserver/node';
import { cachedModels } from './cachedModels.ts';
import { codeActionsIn } from './codeActions.ts';
import { columnsOf } from './columns.ts';
import { completionOf } from './completion.ts';
import { definitionAt } from './definition.ts';
import { describe, type ModelState } from './describe.ts';
import { diagnosticOf, type Diagnostic } from './diagnostics.ts';
import { foldingOf } from './folding.ts';
import type { Hint } from './hint.ts';
import { hintsOf } from './hints.ts';
import { linksOf } from './links.ts';
import { hoverOf } from './hover.ts';
import { ownEvidence, trainedIn, type Trained } from '../facts/ownRuns.ts';
import { parametersOf } from '../facts/parametersOf.ts';
import { isWithin } from '../files/within.ts';
import { planInThread } from './plan.ts';
import { silencing } from './silencing.ts';
import { symbolsOf } from './symbols.ts';
import { vocabulary } from './vocabulary.ts';
import { fileNameOf, placeOf, type RecipeText, type Workspace } from './workspace.ts';

/** What the language server knows and does, apart from how it is asked. Nothing here throws because of a recipe's text. */
export interface LanguageService {
  /** At once: from the text, and what the last check of this document found out about models and data. */
  parse(document: RecipeText): Diagnostic[];
  /** With models and data looked at. */
  check(document: RecipeText): Promise<Diagnostic[]>;
  /** From now on, advice says what these runs showed. */
  lookAtRuns(): Promise<void>;
  /** Drops what was found out for a document that is closed. */
  forget(uri: string): void;
  hints(document: RecipeText): Promise<Hint[]>;
  definition(document: RecipeText, position: Range['start']): Promise<Location[]>;
  links(document: RecipeText): Promise<DocumentLink[]>;
  /** Undefined where the text has faults. */
  symbols(document: RecipeText): DocumentSymbol[] | undefined;
  /** Undefined where the text has faults. */
  folding(document: RecipeText): FoldingRange[] | undefined;
  format(document: RecipeText): TextEdit[];
  /** At once, with what the last check found out; folders and data files are looked at. */
  complete(document: RecipeText, position: Range['start'], snippets: boolean): Promise<CompletionItem[]>;
  hover(document: RecipeText, position: Range['start']): Promise<Hover | undefined>;
  /** At once, with what the last check found out. */
  codeActions(document: RecipeText, range: Range): CodeAction[];
  describe(document: RecipeText): Promise<RecipeDescription>;
  parameters(document: RecipeText): Promise<RecipeParameters>;
  /**
   * @param variants all where it is absent or empty
   * @throws the signal's reason where it was aborted; Error where the planner failed
   */
  plan(document: RecipeText, signal?: AbortSignal, variants?: readonly string[]): Promise<PlanResult>;
  /** Undefined where a path leads through a value that has no entries. */
  edit(document: RecipeText, edits: readonly ValueEdit[]): TextEdit[] | undefined;
  /** @param file relative paths start at the first folder of the workspace */
  columns(file: string, format?: string): Promise<ColumnsResult>;
  models(): Promise<readonly CachedModelInfo[]>;
  vocabulary(): Vocabulary;
}

const NOTHING: Facts = { models: new Map(), files: new Map() };

/** @param workspace as it is at the time of each question  @param planner the program of the planner's thread */
export function createService(workspace: () => Workspace, planner: URL): LanguageService {
  const known = new Map<string, Facts>();
  let trained: readonly Trained[] = [];
  let newestLook: object | undefined;
  // A change is followed by several questions about the same text.
  let last: (RecipeText & { readonly read: ReturnType<typeof parseRecipe> }) | undefined;

  function parsed({ uri, text }: RecipeText): ReturnType<typeof parseRecipe> {
    if (last?.uri !== uri || last.text !== text) {
      last = { uri, text, read: parseRecipe(text, fileNameOf(uri)) };
    }
    return last.read;
  }

  async function looked({ uri }: RecipeText, recipe: Recipe | undefined): Promise<Facts> {
    const place = placeOf(uri, workspace());
    if (recipe === undefined || place === undefined) return NOTHING;
    return gatherFacts(recipe, place);
  }

  function problemsOf(
    { uri }: RecipeText,
    { recipe, problems }: ReturnType<typeof parseRecipe>,
    facts: Facts,
  ) {
    if (recipe === undefined) return problems;
    const { advice: levels } = workspace();
    const place = placeOf(uri, workspace());
    const own = place && ownEvidence(trained, place.recipeDir);
    return inTextOrder([
      ...problems,
      ...checkRecipe(recipe, facts),
      ...advise(recipe, facts, { levels, own }),
    ]);
  }

  function diagnosed({ uri }: RecipeText, problems: readonly Problem[]): Diagnostic[] {
    const { reference } = workspace();
    return problems.map((problem) => diagnosticOf(problem, { uri, reference }));
  }

  return {
    parse: (document) =>
      diagnosed(document, problemsOf(document, parsed(document), known.get(document.uri) ?? NOTHING)),
    check: async (document) => {
      const read = parsed(document);
      const facts = await looked(document, read.recipe);
      if (read.recipe !== undefined) known.set(document.uri, facts);
      return diagnosed(document, problemsOf(document, read, facts));
    },
    lookAtRuns: async () => {
      const look = (newestLook = {});
      const { runsFolders = [] } = workspace();
      const { within } = placeOf('untitled:', workspace())!;
      const allowed = await Promise.all(runsFolders.map((folder) => isWithin(folder, within)));
      const found = await trainedIn(runsFolders.filter((_, index) => allowed[index]));
      // An older look that takes longer says nothing any more.
      if (look === newestLook) trained = found;
    },
    forget: (uri) => void known.delete(uri),
    hints: async (document) => {
      const { recipe } = parsed(document);
      return recipe === undefined ? [] : hintsOf(document.text, recipe, await looked(document, recipe));
    },
    complete: ({ uri, text }, position, snippets) => {
      const place = placeOf(uri, workspace());
      const facts = known.get(uri) ?? NOTHING;
      return completionOf(text, position, { facts, snippets, ...(place && { place }) });
    },
    hover: async (document, position) => {
      const { recipe } = parsed(document);
      // A text with errors says nothing of its model: what was known before does.
      const facts =
        recipe === undefined ? (known.get(document.uri) ?? NOTHING) : await looked(document, recipe);
      const place = placeOf(document.uri, workspace());
      return hoverOf(document.text, position, { facts, ...(recipe && { recipe }), ...(place && { place }) });
    },
    definition: (document, position) => definitionAt(document, position, placeOf(document.uri, workspace())),
    links: async ({ uri, text }) => {
      const place = placeOf(uri, workspace());
      return place === undefined ? [] : linksOf(text, place);
    },
    symbols: ({ text }) => symbolsOf(text),
    folding: ({ text }) => foldingOf(text),
    format: ({ text }) => formatRecipe(text),
    codeActions: (document, range) => {
      const read = parsed(document);
      const facts = known.get(document.uri) ?? NOTHING;
      const problems = problemsOf(document, read, facts);
      const { turnOffAdvice: command } = workspace();
      return [
        ...codeActionsIn(document, range, { problems, facts, ...(read.recipe && { recipe: read.recipe }) }),
        ...(command === undefined ? [] : silencing(document.uri, range, { problems, command })),
      ];
    },
    describe: async (document) => {
      const read = parsed(document);
      const facts = await looked(document, read.recipe);
      const model = await modelState(read.recipe, facts, placeOf(document.uri, workspace()));
      const problems = problemsOf(document, read, facts);
      return describe(document.text, fileNameOf(document.uri), read, problems, model, facts);
    },
    parameters: async (document) => {
      if (placeOf(document.uri, workspace()) === undefined)
        return { variants: [], problem: noFile(document.uri) };
      const { recipe } = parsed(document);
      return parametersOf(recipe, await looked(document, recipe));
    },
    plan: async ({ uri, text }, signal, variants) => {
      const place = placeOf(uri, workspace());
      if (place === undefined) return { problem: noFile(uri) };
      return planInThread(planner, { text, fileName: fileNameOf(uri), place, variants }, signal);
    },
    edit: ({ text }, edits) => editRecipe(text, edits),
    columns: async (file, format) => {
      const { recipeDir, within } = placeOf('untitled:', workspace())!;
      return columnsOf(resolve(recipeDir, file), { format, within });
    },
    models: () => cachedModels(workspace().env),
    vocabulary,
  };
}

function noFile(uri: string): string {
  return `${uri} is no file: its model cannot be looked at`;
}

/** Of the first configuration's model. */
async function modelState(
  recipe: Recipe | undefined,
  { models }: Facts,
  place: RecipePlace | undefined,
): Promise<ModelState> {
  if (recipe === undefined || place === undefined) return {};
  const [{ model, revision, weights }] = recipe.configurations;
  const facts = models.get(modelKey({ model, revision, weights }));
  if (facts === undefined) return {};
  if ('unusable' in facts) return { modelProblem: facts.unusable };
  try {
    return { modelDir: await resolveModel(model, { ...place, revision }) };
  } catch (error) {
    if (error instanceof UserError) return {}; // gone since it was looked at
    throw error;
  }
}
