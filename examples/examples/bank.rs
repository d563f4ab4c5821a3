use std::collections::BTreeMap;
use std::fs::{create_dir_all, read_to_string, File};
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::{env, time::Duration};

use ockam::{async_worker, Context, ErrorKind, Message, Restart, Result, Worker, WorkerBuilder};

const ACCOUNTS: i64 = 10;
const TRANSFERS: i64 = 100;

/// Panics every tenth time.
fn may_panic() {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    assert!(CALLS.fetch_add(1, Relaxed) % 10 < 9, "it had to happen");
}

/// What was booked, by its number. It is in a file, which outlives a panic, and the process.
struct Account {
    file: File,
    booked: BTreeMap<i64, i64>,
}

impl Account {
    fn open(name: &str) -> Result<Self> {
        let folder = env::args().nth(1).unwrap_or("bank".to_string());
        create_dir_all(&folder)?;
        let path = format!("{folder}/{name}");
        let file = File::options().create(true).append(true).open(&path)?;
        let mut booked = BTreeMap::new();
        for line in read_to_string(path)?.lines() {
            let (number, amount) = line.split_once(' ').unwrap_or_default();
            booked.insert(number.parse()?, amount.parse()?);
        }
        Ok(Self { file, booked })
    }

    fn balance(&self) -> i64 {
        self.booked.values().sum()
    }
}

#[async_worker]
impl Worker for Account {
    type Message = (i64, i64);

    /// Books, once for each number, if the balance suffices. Answers whether it has, and the balance.
    async fn handle_message(&mut self, ctx: &mut Context, booking: (i64, i64)) -> Result<()> {
        let (number, amount) = booking;
        if !self.booked.contains_key(&number) && self.balance() + amount >= 0 {
            self.file.write_all(format!("{number} {amount}\n").as_bytes())?;
            may_panic();
            self.booked.insert(number, amount);
        }
        ctx.reply((self.booked.contains_key(&number), self.balance())).await
    }
}

/// Moves money from one account to another.
struct Office;

#[async_worker]
impl Worker for Office {
    type Message = [i64; 4];

    async fn handle_message(&mut self, ctx: &mut Context, transfer: [i64; 4]) -> Result<()> {
        let [number, from, to, amount] = transfer;
        let (is_taken, _) = book(ctx, from, (number, -amount)).await?;
        may_panic();
        if is_taken {
            book(ctx, to, (number, amount)).await?;
        }
        ctx.reply(is_taken).await
    }
}

async fn book(ctx: &Context, account: i64, booking: (i64, i64)) -> Result<(bool, i64)> {
    insist(ctx, &format!("account {account}"), booking).await
}

/// Asks again when a worker has panicked: it is there again, and what it has booked counts.
async fn insist<R: Message>(ctx: &Context, to: &str, msg: impl Message + Copy) -> Result<R> {
    loop {
        match ctx.ask(to, msg).await {
            Err(error) if error.kind() == ErrorKind::Panicked => {}
            answer => return answer,
        }
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    let often = Restart::on_failure().at_most(1000, Duration::from_secs(1));
    let often = often.backoff(Duration::ZERO, Duration::ZERO);
    for account in 0..ACCOUNTS {
        let name = format!("account {account}");
        let file = name.clone();
        let open = move || Account::open(&file).expect("its file can be read");
        let worker = WorkerBuilder::from_fn(name, open).restart(often.clone());
        worker.start(&ctx).await?;
        book(&ctx, account, (0, 100)).await?; // what it begins with
    }
    let office = WorkerBuilder::from_fn("office", || Office).restart(often);
    office.start(&ctx).await?;
    let mut done = 0;
    for number in 1..=TRANSFERS {
        let to = (number * number + 1) % ACCOUNTS; // never the same account
        let transfer = [number, number % ACCOUNTS, to, number % 60];
        done += i64::from(insist::<bool>(&ctx, "office", transfer).await?);
    }
    let refused = TRANSFERS - done;
    println!("{done} transfers are done, {refused} were refused");
    let mut sum = 0;
    for account in 0..ACCOUNTS {
        sum += book(&ctx, account, (0, 100)).await?.1;
    }
    println!("{sum} in all accounts");
    ctx.stop().await
}
