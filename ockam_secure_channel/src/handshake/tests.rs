mod against_snow;
mod attacks;
mod identities;
