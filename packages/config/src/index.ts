/** @file The public names of `@ndl/config`: making settings, and reading them. */
export { configureSettings, type SettingsInput } from './configure-settings.ts';
export { keepHistoryOf } from './keep-history.ts';
export { resolveSettings, siteOfSetting } from './resolve-settings.ts';
export { resolveTrainable, TrainableOpinions } from './resolve-trainable.ts';
export { builtInSettingSpecs } from './setting-specs.ts';
