/** @file The container: composes plugins into the services of one Simulator. */
export { createPluginContainer, type PluginContainer } from './create-plugin-container.ts';
export { fromModule } from './from-module.ts';
