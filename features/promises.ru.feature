# language: ru
Функция: Обещанное время, когда заработает и когда позвоним, соблюдается

  Предыстория:
    Дано правила пакета "house"

  Сценарий: Новости обещаны на утро, связь к десяти, и то и другое исполнено
    Дано журнал, начатый 2015-06-17T08:38:00+03:00:
      """
      +0m                        T-1  outage.opened    incident=T-1 customer=ромашка
      +8m                        T-1  call.made        incident=T-1 customer=ромашка eta=2015-06-18T10:00:00+03:00 next_update_at=2015-06-18T09:00:00+03:00
      2015-06-18T08:32:00+03:00  T-1  call.made        incident=T-1 customer=ромашка
      2015-06-18T09:12:00+03:00  T-1  outage.resolved  incident=T-1 customer=ромашка
      2015-06-18T09:21:00+03:00  T-1  call.made        incident=T-1 customer=ромашка
      """
    Когда журнал проверен
    Тогда нарушений нет
    И у правила "outage-promise-kept" 1 соблюдено
    И у правила "outage-updates" 2 соблюдено, 1 отпало

  Сценарий: Заработало на два часа позже, чем мы сказали
    Дано журнал, начатый 2026-03-02T09:00:00+03:00:
      | когда  | обращение | событие         | incident | customer | channel | eta |
      | +0m    | T-1       | outage.opened   | T-1      | ромашка  |         |     |
      | +10m   | T-1       | call.made       | T-1      | ромашка  | mobile  | +1h |
      | +3h    | T-1       | outage.resolved | T-1      | ромашка  |         |     |
      | +3h10m | T-1       | call.made       | T-1      | ромашка  | mobile  |     |
    Когда журнал проверен
    Тогда находки:
      | правило             | вердикт      | срок | опоздание |
      | outage-promise-kept | с опозданием | +1h  | 2h        |

  Сценарий: Отложили во второй раз
    Дано журнал, начатый 2026-03-02T09:00:00+03:00:
      """
      +0m    T-1  outage.opened    incident=T-1 customer=ромашка
      +10m   T-1  call.made        incident=T-1 customer=ромашка eta=+3h
      +2h    T-1  call.made        incident=T-1 customer=ромашка eta=+5h
      +4h    T-1  call.made        incident=T-1 customer=ромашка eta=+8h
      +7h    T-1  outage.resolved  incident=T-1 customer=ромашка
      +7h5m  T-1  call.made        incident=T-1 customer=ромашка
      """
    Когда журнал проверен
    Тогда находки:
      | правило             | вердикт  | когда |
      | outage-promise-kept | нарушено | +4h   |
    И у правила "outage-promise-kept" 2 отпало, 1 нарушено
