# language: ru
Функция: Каждый вид правил
  Виды и их настройки, до мгновения. Нотация журнала: когда, обращение, событие, поля.

  Сценарий: response. Ответ в последний миг и на минуту позже
    Допустим правило:
      """
      kind: response
      after: question.asked
      expect: answer.given
      within: 1h
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m  T-1  question.asked
      +1h  T-1  answer.given
      +0m    T-2  question.asked
      +1h1m  T-2  answer.given
      """
    Когда проводится проверка
    То находки:
      | вердикт      | срок | опоздание |
      | с опозданием | +1h  | 1m        |

  Сценарий: response. Считается второй ответ
    Допустим правило:
      """
      kind: response
      after: question.asked
      expect: answer.given
      times: 2
      within: 1h
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m   T-1  question.asked
      +10m  T-1  answer.given
      +70m  T-1  answer.given
      """
    Когда проводится проверка
    То находки:
      | вердикт      | срок | опоздание |
      | с опозданием | +1h  | 10m       |

  Сценарий: response. Только первый вопрос
    Допустим правило:
      """
      kind: response
      each: first
      after: question.asked
      expect: answer.given
      within: 1h
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m  T-1  question.asked
      +5m  T-1  answer.given
      +9h  T-1  question.asked
      """
    Когда проводится проверка на момент +20h
    То находок нет

  Сценарий: response. Ответ незадолго до вопроса засчитан
    Допустим правило:
      """
      kind: response
      after: question.asked
      expect: answer.given
      within: 1h
      lookback: 30m
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m   T-1  answer.given
      +30m  T-1  question.asked
      """
    Когда проводится проверка на момент +9h
    То находок нет

  Сценарий: response. Пока спрашивают клиента, часы стоят
    Допустим правило:
      """
      kind: response
      after: question.asked
      expect: answer.given
      within: 1h
      pause: {from: customer.asked, to: customer.answered}
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m   T-1  question.asked
      +30m  T-1  customer.asked
      +5h   T-1  customer.answered
      +6h   T-1  answer.given
      """
    Когда проводится проверка
    То находки:
      | вердикт      | срок   | опоздание |
      | с опозданием | +5h30m | 30m       |

  Сценарий: response. Срок по важности и по дате
    Допустим правило:
      """
      kind: response
      after: question.asked
      expect: answer.given
      within: {by: priority, P1: {2026-01-01: 15m, 2026-03-03: 10m}, else: 4h}
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m   T-1  question.asked  priority=P1
      +24h  T-2  question.asked  priority=P1
      +24h  T-3  question.asked  priority=P3
      """
    Когда проводится проверка на момент +25h
    То находки:
      | вердикт | срок    | опоздание |
      | missed  | +15m    | 24h45m    |
      | missed  | +24h10m | 50m       |

  Сценарий: cadence. Молчание во время сбоя: одно нарушение
    Допустим правило:
      """
      kind: cadence
      during: {from: outage.opened, to: outage.resolved}
      expect: update.sent
      every: 1h
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m   T-1  outage.opened
      +1h   T-1  update.sent
      +5h   T-1  outage.resolved
      """
    Когда проводится проверка
    То находки:
      | вердикт | срок | опоздание |
      | missed  | +2h  | 3h        |

  Сценарий: cadence. Названное время заменяет срок
    Допустим правило:
      """
      kind: cadence
      during: {from: outage.opened, to: outage.resolved}
      expect: update.sent
      every: 1h
      first: 10m
      stated: next_update_at
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m   T-1  outage.opened
      +10m  T-1  update.sent  next_update_at=+5h
      +5h   T-1  update.sent
      +5h5m  T-1  outage.resolved
      """
    Когда проводится проверка
    То находок нет

  Сценарий: cadence. Сетка: одно в каждом окне
    Допустим правило:
      """
      kind: cadence
      during: {from: outage.opened, to: outage.resolved}
      expect: update.sent
      every: 1h
      anchor: grid
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m   T-1  outage.opened
      +5m   T-1  update.sent
      +50m  T-1  update.sent
      +2h30m  T-1  outage.resolved
      """
    Когда проводится проверка
    То находки:
      | вердикт | срок | опоздание |
      | missed  | +2h  | 30m       |

  Сценарий: notice. Десять полных дней до изменения
    Допустим правило:
      """
      kind: notice
      before: change.announced
      moment: effective_at
      expect: notice.sent
      ahead: 10d
      lead: full-days-between
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m  T-1  change.announced  effective_at=2026-03-20T00:00:00Z
      2026-03-10T00:00:00Z  T-1  notice.sent
      2026-03-20T00:00:00Z  T-1  change.made
      """
    Когда проводится проверка
    То находки:
      | вердикт      | срок                 | опоздание |
      | с опозданием | 2026-03-10T00:00:00Z | 0m        |

  Сценарий: notice. Слишком рано тоже нарушение
    Допустим правило:
      """
      kind: notice
      before: change.announced
      moment: effective_at
      expect: notice.sent
      ahead: 2d
      not_before: 5d
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m  T-1  change.announced  effective_at=2026-03-20T09:00:00Z
      +1h  T-1  notice.sent
      2026-03-20T09:00:00Z  T-1  change.made
      """
    Когда проводится проверка
    То находки:
      | вердикт | срок                 | опоздание |
      | early   | 2026-03-18T09:00:00Z | -         |

  Сценарий: guard. Оплаченное предупреждение ничего не разрешает
    Допустим правило:
      """
      kind: guard
      never: service.suspended
      unless: [{seen: warning.sent, at_least: 24h, at_most: 30d, not_cured_by: payment.received}]
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m   T-1  warning.sent
      +24h  T-1  service.suspended
      +48h  T-1  payment.received
      +72h  T-1  service.suspended
      """
    Когда проводится проверка
    То находки:
      | вердикт | срок | опоздание |
      | broken  | +72h | -         |

  Сценарий: guard. Два дня после жалобы нельзя
    Допустим правило:
      """
      kind: guard
      never: offer.sent
      after: {event: complaint.received, for: 2d}
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m    T-1  complaint.received
      +48h   T-1  offer.sent
      +48h1m  T-1  offer.sent
      """
    Когда проводится проверка
    То находки:
      | вердикт | срок | опоздание |
      | broken  | +48h | -         |

  Сценарий: promise. Обещание переносят один раз
    Допустим правило:
      """
      kind: promise
      of: notice.sent
      promised: eta
      expect: outage.resolved
      renewals: 1
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m   T-1  notice.sent  eta=+1h
      +50m  T-1  notice.sent  eta=+2h
      +110m  T-1  notice.sent  eta=+3h
      +3h   T-1  outage.resolved
      """
    Когда проводится проверка
    То находки:
      | вердикт | срок | опоздание |
      | broken  | +3h  | -         |

  Сценарий: consistency. Названа другая причина
    Допустим правило:
      """
      kind: consistency
      field: cause
      of: notice.sent
      with: cause.confirmed
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m  T-1  cause.confirmed  cause=cable
      +1h  T-1  notice.sent      cause=Cable
      +2h  T-1  notice.sent      cause=power
      """
    Когда проводится проверка
    То находки:
      | вердикт | срок | опоздание |
      | broken  | +2h  | -         |

  Сценарий: count. Лишнее напоминание за неделю
    Допустим правило:
      """
      kind: count
      of: reminder.sent
      at_most: 2
      within: 7d
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m    T-1  reminder.sent
      +24h   T-1  reminder.sent
      +168h  T-1  reminder.sent
      """
    Когда проводится проверка
    То находки:
      | вердикт | срок  | опоздание |
      | broken  | +168h | -         |

  Сценарий: wording. Нет времени следующего сообщения
    Допустим правило:
      """
      kind: wording
      of: notice.sent
      require: [next-update-time]
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m  T-1  notice.sent  text="We are working on it."
      +1h  T-1  notice.sent  text="We are working on it. The next update comes at 15:00."
      """
    Когда проводится проверка
    То находки:
      | вердикт | срок | опоздание |
      | broken  | +0m  | -         |
