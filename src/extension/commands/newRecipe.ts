import { stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { isModelPath } from '../../core/modelId.ts';
import { localFolders } from '../localFolders.ts';
import type { Services } from '../services.ts';
import { answered } from './ask.ts';
import { fileExists, noFolderOpen } from './errors.ts';
import { multiStep, type Step } from './multiStep.ts';
import { labelField } from './likelyColumns.ts';
import { inputFields, inputsStep, labelStep, trainStep, validationStep } from './newRecipeData.ts';
import { askModel } from './newRecipeModel.ts';
import { pathFrom, type Answers } from './newRecipeAnswers.ts';
import { templateSteps } from './newRecipeTemplate.ts';
import { recipeText } from './recipeText.ts';

export const id = 'peftWorkbench.newRecipe';

/** Asks for what a recipe needs, writes it with comments, and opens it. Never overwrites a file. */
export async function run(services: Services): Promise<void> {
  const dir = await askFolder();
  const vocabulary = await services.language.ask('peft/vocabulary', {});

  const taskStep: Step<Answers> = async (_, ask) => {
    const items = vocabulary.tasks.map((task) => ({
      label: task.id,
      description: task.metrics.join(', '),
      task,
    }));
    const placeholder = vscode.l10n.t('What does the model learn?');
    const { task } = await ask.pick(items, { placeholder });
    // What was answered for another one, before a step back, is none of its fields.
    return { task, inputs: undefined, templateColumns: undefined, templates: undefined, label: undefined };
  };
  const presetStep: Step<Answers> = async (_, ask) => {
    const items = vocabulary.presets.map((preset) => ({
      label: preset.title,
      detail: preset.help,
      preset,
    }));
    const placeholder = vscode.l10n.t('Which parameters are trained?');
    return { preset: (await ask.pick(items, { placeholder })).preset };
  };
  const nameStep: Step<Answers> = async ({ train, preset }, ask) => ({
    fileName: withEnding(
      await ask.input({
        prompt: vscode.l10n.t('Name of the recipe, a file in {0}', basename(dir)),
        value: `${basename(train ?? '').replace(/\.\w+$/, '')}-${preset?.id}.peft.yaml`,
        faultOf: (name) => faultOf(dir, withEnding(name)),
      }),
    ),
  });

  const answers = await multiStep<Answers>(vscode.l10n.t('New Recipe'), ({ task }) => [
    askModel(services),
    taskStep,
    trainStep(services, vocabulary.dataExtensions),
    ...(task !== undefined && inputFields(task).length === 0 ? [] : [inputsStep]),
    ...(task?.templates ?? []).flatMap(templateSteps),
    ...(task !== undefined && labelField(task) === undefined ? [] : [labelStep]),
    validationStep(services, vocabulary.dataExtensions),
    presetStep,
    nameStep,
  ]);
  const path = join(dir, answers.fileName);
  // `wx`: whoever made such a file meanwhile keeps it.
  await writeFile(path, textOf(answers, dir), { flag: 'wx' });
  await vscode.window.showTextDocument(vscode.Uri.file(path));
}

function textOf(
  { fileName, model, train, validation, task, preset, ...answers }: Answers,
  dir: string,
): string {
  return recipeText({
    name: fileName.replace(ENDING, ''),
    model: 'dir' in model ? folderFrom(dir, model.dir) : model.id,
    ...('revision' in model && { revision: model.revision }),
    task: task.id,
    train: pathFrom(dir, train),
    validation: typeof validation === 'number' ? validation : pathFrom(dir, validation),
    columns: { ...answers.inputs, ...answers.templates, ...answers.label },
    preset,
  });
}

/** A folder as `model` is written: told from a hub id by its start. */
function folderFrom(dir: string, folder: string): string {
  const path = pathFrom(dir, folder);
  return isModelPath(path) ? path : `./${path}`;
}

async function askFolder(): Promise<string> {
  const folders = localFolders();
  if (folders.length === 0) throw noFolderOpen();
  const placeHolder = vscode.l10n.t('New Recipe: in which folder?');
  const folder =
    folders.length === 1
      ? folders[0]
      : await answered(vscode.window.showWorkspaceFolderPick({ placeHolder }));
  if (!folders.includes(folder)) throw noFolderOpen();
  return folder.uri.fsPath;
}

const ENDING = /\.peft\.ya?ml$/;

const withEnding = (name: string) => (ENDING.test(name.trim()) ? name.trim() : `${name.trim()}.peft.yaml`);

async function faultOf(dir: string, name: string): Promise<string | undefined> {
  if (/^\.|[\\/:*?"<>|\p{Cc}]/u.test(name))
    return vscode.l10n.t(
      'Expected the name of a file, without a path and without any of {0}',
      ': * ? " < > |',
    );
  return (await stat(join(dir, name)).catch(() => undefined)) && fileExists(name);
}
