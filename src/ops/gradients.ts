/**
 * TensorFlow.js registers the gradients of its kernels only when this module is imported, and only through its ES-module build: with the
 * CommonJS build gradients answer 'gradient function not found'.
 */
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
