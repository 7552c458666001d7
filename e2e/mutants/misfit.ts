/** How a process ends in which the mutant that it should have run with was not planted. */
export const misfit = 97;
