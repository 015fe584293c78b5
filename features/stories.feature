Feature: The stories that the house pack is measured by

  Background:
    Given the rules of pack "house"

  Scenario: The provider that calls before the customer calls
    Given the log file "examples/good-provider.jsonl"
    When the log is audited
    Then there are no findings
    And rule "outage-first-notice" has 1 kept
    And rule "outage-updates" has 4 kept, 1 void
    And rule "outage-promise-kept" has 3 kept
    And rule "cause-agrees" has 5 kept
    And rule "outage-restoration-told" has 1 kept

  Scenario: The operator that lets a customer of twenty-two years find out alone
    Given the log file "examples/bad-operator.jsonl"
    When the log is audited
    Then the findings are:
      | rule                    | verdict | due                       | late    |
      | outage-over             | late    | 2015-10-07T15:10:00+03:00 | 121h    |
      | tariff-notice           | missed  | 2015-07-02T00:00:00+03:00 |         |
      | debt-warning            | missed  | 2015-09-07T00:00:00+03:00 |         |
      | debt-warning            | missed  | 2015-10-07T00:00:00+03:00 |         |
      | suspension-warned       | broken  | 2015-10-05T13:40:00+03:00 |         |
      | suspension-told         | late    | 2015-10-05T14:40:00+03:00 | 92h     |
      | suspension-lifted       | late    | 2015-10-10T12:40:00+03:00 | 51h25m  |
      | outage-first-notice     | late    | 2015-10-05T16:10:00+03:00 | 17h40m  |
      | outage-updates          | late    | 2015-10-05T19:10:00+03:00 | 14h40m  |
      | outage-updates          | late    | 2015-10-06T13:50:00+03:00 | 68h50m  |
      | outage-updates          | missed  | 2015-10-09T19:30:00+03:00 | 68h40m  |
      | first-answer            | late    | 2015-10-05T18:25:00+03:00 | 15h25m  |
      | every-question-answered | late    | 2015-10-08T11:00:00+03:00 | 23h40m  |
      | cause-agrees            | broken  | 2015-10-06T09:50:00+03:00 |         |
      | formal-sign-off         | broken  | 2015-10-06T09:50:00+03:00 |         |
      | formal-sign-off         | broken  | 2015-10-06T09:50:00+03:00 |         |
      | no-deflection           | broken  | 2015-10-06T09:50:00+03:00 |         |
      | formal-sign-off         | broken  | 2015-10-09T10:40:00+03:00 |         |
      | formal-sign-off         | broken  | 2015-10-09T10:40:00+03:00 |         |
      | formal-sign-off         | broken  | 2015-10-09T12:05:00+03:00 |         |
      | formal-sign-off         | broken  | 2015-10-09T12:05:00+03:00 |         |
      | no-blame                | broken  | 2015-10-09T12:05:00+03:00 |         |
      | no-deflection           | broken  | 2015-10-09T12:05:00+03:00 |         |
      | formal-sign-off         | broken  | 2015-10-09T15:30:00+03:00 |         |
      | formal-sign-off         | broken  | 2015-10-09T15:30:00+03:00 |         |
      | no-diminutive-names     | broken  | 2015-10-09T15:30:00+03:00 |         |
      | formal-sign-off         | broken  | 2015-10-12T16:20:00+03:00 |         |
      | formal-sign-off         | broken  | 2015-10-12T16:20:00+03:00 |         |

  Scenario: The neighbour that fails every three days
    Given the log file "examples/frequent-failer.jsonl"
    When the log is audited
    Then the findings are:
      | rule         | verdict | at                        |
      | outage-count | broken  | 2015-09-07T10:05:00+03:00 |
      | outage-count | broken  | 2015-09-10T10:05:00+03:00 |
      | outage-count | broken  | 2015-09-13T10:05:00+03:00 |
