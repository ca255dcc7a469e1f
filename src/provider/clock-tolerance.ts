/** How far clocks of other parties may differ from ours, and so how long past its `exp` a record is kept. */
export const clockToleranceSeconds = 15;
