"""What tests of rules are made of: rule tests beside the rules, Gherkin steps, the pytest plugin, random logs and rules."""
