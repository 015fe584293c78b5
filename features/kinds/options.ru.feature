# language: ru
Функция: Выбор внутри вида правила
  Каждый выбор, с точностью до мгновения.

  Сценарий: response. Несколько вопросов подряд — один вопрос
    Допустим правило:
      """
      kind: response
      after: question.asked
      each: unanswered
      expect: answer.given
      within: 1h
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m   T-1  question.asked
      +30m  T-1  question.asked
      +90m  T-1  answer.given
      """
    Когда проводится проверка
    То находки:
      | вердикт | срок | опоздание |
      | late    | +1h  | 30m       |

  Сценарий: response. Отменённое вовремя не должно исполняться
    Допустим правило:
      """
      kind: response
      after: question.asked
      expect: answer.given
      within: 1h
      unless: question.withdrawn
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m   T-1  question.asked
      +1h   T-1  question.withdrawn
      +0m   T-2  question.asked
      +61m  T-2  question.withdrawn
      """
    Когда проводится проверка на момент +3h
    То находки:
      | вердикт | срок | опоздание |
      | missed  | +1h  | 2h        |

  Сценарий: response. Одна авария — долг перед каждым клиентом
    Допустим правило:
      """
      kind: response
      per: [incident, customer]
      for_each: affected
      after: outage.opened
      expect: call.made
      within: 1h
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m   I-1  outage.opened  incident=I-1 affected=ромашка,лютик
      +10m  I-1  call.made      incident=I-1 customer=ромашка
      +2h   I-1  call.made      incident=I-1 customer=лютик
      """
    Когда проводится проверка
    То находки:
      | вердикт | срок | опоздание |
      | late    | +1h  | 1h        |

  Сценарий: response. Открытое заново продолжает прежний срок
    Допустим правило:
      """
      kind: response
      after: [ticket.opened, ticket.reopened]
      expect: ticket.solved
      within: 4h
      carry: true
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0h   T-1  ticket.opened
      +3h   T-1  ticket.solved
      +10h  T-1  ticket.reopened
      +12h  T-1  ticket.solved
      """
    Когда проводится проверка
    То находки:
      | вердикт | срок | опоздание |
      | late    | +11h | 1h        |

  Сценарий: response. Правило действует со своей даты
    Допустим правило:
      """
      kind: response
      after: question.asked
      expect: answer.given
      within: 1h
      in_force: {from: 2026-03-03}
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0h   T-1  question.asked
      +20h  T-2  question.asked
      """
    Когда проводится проверка на момент +24h
    То находки:
      | вердикт | срок | опоздание |
      | missed  | +21h | 3h        |

  Сценарий: response. Раньший из двух сроков, один из них от другого события
    Допустим правило:
      """
      kind: response
      after: incident.classified
      expect: report.sent
      within: {earliest_of: [4h, {from: incident.detected, within: 24h}]}
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0h   I-1  incident.detected
      +22h  I-1  incident.classified
      +25h  I-1  report.sent
      """
    Когда проводится проверка
    То находки:
      | вердикт | срок | опоздание |
      | late    | +24h | 1h        |

  Сценарий: response. За каждое нарушение извиняются
    Допустим правило:
      """
      id: answer
      kind: response
      after: question.asked
      expect: answer.given
      within: 1h
      """
    И правило:
      """
      id: amends
      kind: response
      after: {violation: answer}
      expect: apology.made
      within: 2h
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0h  T-1  question.asked
      +2h  T-1  answer.given
      +4h  T-1  apology.made
      """
    Когда проводится проверка
    То находки:
      | вердикт | срок | опоздание |
      | late    | +1h  | 1h        |
      | late    | +3h  | 1h        |

  Сценарий: cadence. У первого сообщения свой срок
    Допустим правило:
      """
      kind: cadence
      during: {from: outage.opened, to: outage.resolved}
      expect: notice.sent
      every: 4h
      first: 1h
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0h  T-1  outage.opened
      +2h  T-1  notice.sent
      +6h  T-1  notice.sent
      +7h  T-1  outage.resolved
      """
    Когда проводится проверка
    То находки:
      | вердикт | срок | опоздание |
      | late    | +1h  | 1h        |

  Сценарий: notice. Перенесённое изменение объявляют заново
    Допустим правило:
      """
      kind: notice
      before: change.announced
      moment: effective_at
      expect: notice.sent
      ahead: 10d
      change_of: subject
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0d   T-1  change.announced  subject=price effective_at=+30d
      +5d   T-1  change.announced  subject=price effective_at=+40d
      +31d  T-1  notice.sent
      """
    Когда проводится проверка на момент +50d
    То находки:
      | вердикт | срок | опоздание |
      | late    | +30d | 1d        |

  Сценарий: notice. Одно предупреждение на несколько изменений
    Допустим правило:
      """
      kind: notice
      before: works.started
      expect: notice.sent
      ahead: 3d
      reuse: true
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0d   T-1  notice.sent
      +5d   T-1  works.started
      +9d   T-1  works.started
      """
    Когда проводится проверка
    То находок нет

  Сценарий: notice. Вовремя по одному счёту, но не по более строгому
    Допустим правило:
      """
      kind: notice
      before: change.made
      expect: notice.sent
      ahead: 10d
      lead: [elapsed, full-days-between]
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0d   T-1  notice.sent
      +10d  T-1  change.made
      """
    Когда проводится проверка
    То находки:
      | вердикт    | срок | опоздание |
      | borderline | +0d  | -         |

  Сценарий: guard. Запрещено, только пока длится
    Допустим правило:
      """
      kind: guard
      never: advert.sent
      while: {from: outage.opened, to: outage.resolved}
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0h  T-1  advert.sent
      +1h  T-1  outage.opened
      +2h  T-1  advert.sent
      +3h  T-1  outage.resolved
      +4h  T-1  advert.sent
      """
    Когда проводится проверка
    То находки:
      | вердикт | срок | опоздание |
      | broken  | +2h  | -         |

  Сценарий: promise. Отложено чаще, чем допустимо
    Допустим правило:
      """
      kind: promise
      of: promise.made
      promised: eta
      expect: work.done
      renewals: 1
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0h  T-1  promise.made  eta=+4h
      +1h  T-1  promise.made  eta=+5h
      +2h  T-1  promise.made  eta=+6h
      +6h  T-1  work.done
      """
    Когда проводится проверка
    То находки:
      | вердикт | срок | опоздание |
      | broken  | +6h  | -         |

  Сценарий: consistency. Сказанное первым остаётся в силе
    Допустим правило:
      """
      kind: consistency
      of: notice.sent
      field: cause
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0h  T-1  notice.sent  cause=fibre
      +1h  T-1  notice.sent  cause=Fibre
      +2h  T-1  notice.sent  cause=power
      """
    Когда проводится проверка
    То находки:
      | вердикт | срок | опоздание |
      | broken  | +2h  | -         |

  Сценарий: count. Не больше двух за всё обращение
    Допустим правило:
      """
      kind: count
      of: ticket.reopened
      at_most: 2
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0d    T-1  ticket.reopened
      +50d   T-1  ticket.reopened
      +100d  T-1  ticket.reopened
      """
    Когда проводится проверка
    То находки:
      | вердикт | срок  | опоздание |
      | broken  | +100d | -         |

  Сценарий: objective. Два ответа из трёх — не девяносто процентов
    Допустим правило:
      """
      id: answer
      kind: response
      after: question.asked
      expect: answer.given
      within: 1h
      """
    И правило:
      """
      id: share
      kind: objective
      of: answer
      target: 90%
      each: day
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0h  T-1  question.asked
      +1h  T-1  answer.given
      +0h  T-2  question.asked
      +1h  T-2  answer.given
      +0h  T-3  question.asked
      +3h  T-3  answer.given
      """
    Когда проводится проверка на момент +24h
    То находки:
      | вердикт | срок | опоздание |
      | late    | +1h  | 2h        |
      | broken  | +15h | -         |

  Сценарий: guard. Никаких звонков вне этих часов
    Допустим правило:
      """
      kind: guard
      timezone: Europe/Moscow
      never: {event: call.made, where: {any: [{time: {outside: "09:00-21:00"}}, {time: {on: sun}}]}}
      """
    И журнал, начатый 2026-03-07T09:00:00+03:00:
      """
      +0m   T-1  call.made
      +12h  T-1  call.made
      +1d   T-1  call.made
      """
    Когда проводится проверка
    То находки:
      | вердикт | когда |
      | broken  | +12h  |
      | broken  | +1d   |

  Сценарий: cadence. После двух часов хватит новости раз в два часа
    Допустим правило:
      """
      kind: cadence
      during: {from: outage.opened, to: outage.resolved}
      expect: status.updated
      every: 1h
      then: [{after: 2h, every: 2h}]
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m    T-1  outage.opened
      +1h    T-1  status.updated
      +2h    T-1  status.updated
      +4h    T-1  status.updated
      +6h5m  T-1  status.updated
      +7h    T-1  outage.resolved
      """
    Когда проводится проверка
    То находки:
      | вердикт | срок | опоздание |
      | late    | +6h  | 5m        |

  Сценарий: consistency. Одно слово на всю переписку
    Допустим правило:
      """
      kind: consistency
      of: message.sent
      terms: [apology, blame]
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m  T-1  message.sent  text="We are sorry for the outage."
      +1h  T-1  message.sent  text="We apologise again."
      +2h  T-1  message.sent  text="This is your own fault."
      """
    Когда проводится проверка
    То находки:
      | вердикт | когда |
      | broken  | +2h   |

  Сценарий: wording. Ни одного предложения длиннее десяти слов
    Допустим правило:
      """
      kind: wording
      of: message.sent
      require: [longest-sentence <= 10]
      """
    И журнал, начатый 2026-03-02T09:00:00Z:
      """
      +0m  T-1  message.sent  text="Один два три четыре пять шесть семь восемь девять десять. Всё."
      +1h  T-1  message.sent  text="Один два три четыре пять шесть семь восемь девять десять одиннадцать."
      """
    Когда проводится проверка
    То находки:
      | вердикт | когда |
      | broken  | +1h   |
