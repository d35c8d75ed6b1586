// What every page does.
import { start as startCopy } from "./copy.js";
import { start as startTheme } from "./theme_button.js";

startCopy();
startTheme();
