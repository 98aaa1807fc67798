import type { Command } from './command.ts';
import * as compareSelected from './compareSelected.ts';
import * as configureRecipe from './configureRecipe.ts';
import * as copyDiagnostics from './copyDiagnostics.ts';
import * as doctor from './doctor.ts';
import * as downloadModel from './downloadModel.ts';
import * as exportAdapter from './exportAdapter.ts';
import * as newRecipe from './newRecipe.ts';
import * as newSampleProject from './newSampleProject.ts';
import * as openDashboard from './openDashboard.ts';
import * as openRunRecipe from './openRunRecipe.ts';
import * as predict from './predict.ts';
import * as resume from './resume.ts';
import * as setHubToken from './setHubToken.ts';
import * as setUpOnnxCuda from './setUpOnnxCuda.ts';
import * as setUpTensorflow from './setUpTensorflow.ts';
import * as showLog from './showLog.ts';
import * as showPlan from './showPlan.ts';
import * as showPredictions from './showPredictions.ts';
import * as startTuning from './startTuning.ts';
import * as stop from './stop.ts';
import * as turnOffAdvice from './turnOffAdvice.ts';

/** Every command of the manifest. */
export const commands: readonly Command[] = [
  newRecipe,
  newSampleProject,
  configureRecipe,
  startTuning,
  openDashboard,
  downloadModel,
  doctor,
  setUpTensorflow,
  setUpOnnxCuda,
  stop,
  resume,
  compareSelected,
  showPlan,
  showPredictions,
  predict,
  exportAdapter,
  showLog,
  openRunRecipe,
  copyDiagnostics,
  setHubToken,
  turnOffAdvice,
];
