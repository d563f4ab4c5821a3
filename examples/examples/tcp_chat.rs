use std::{env, io, mem, thread};

use ockam::{async_worker, route, Context, Error, Result, Route, Routed, TcpTransport, Worker};
use serde::{Deserialize, Serialize};

/// What a member tells the room.
#[derive(Serialize, Deserialize)]
enum ToRoom {
    Join { name: String },
    Say { line: String },
    Leave,
}

/// What the room tells a member.
#[derive(Clone, Serialize, Deserialize)]
enum ToMember {
    Joined { name: String },
    Said { name: String, line: String },
    Left { name: String },
    WhoAreYou,
    Bye,
}

/// Remembers the way back to each member, and passes on what is said.
#[derive(Default)]
struct Room {
    members: Vec<(Route, String)>,
}

#[async_worker]
impl Worker for Room {
    type Message = ToRoom;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<ToRoom>) -> Result<()> {
        let from = msg.return_route().clone();
        match (msg.into_body(), self.name_of(&from)) {
            (ToRoom::Join { name }, None) => {
                println!("{name} joins");
                self.members.push((from, name.clone()));
                self.tell(ctx, ToMember::Joined { name }, None);
            }
            (ToRoom::Join { .. }, Some(_)) => {}
            (ToRoom::Say { line }, Some(name)) => {
                self.tell(ctx, ToMember::Said { name, line }, Some(&from));
            }
            (ToRoom::Say { .. }, None) => ctx.reply(ToMember::WhoAreYou).await?,
            (ToRoom::Leave, name) => {
                self.members.retain(|(member, _)| *member != from);
                if let Some(name) = name {
                    println!("{name} leaves");
                    self.tell(ctx, ToMember::Left { name }, None);
                }
                ctx.reply(ToMember::Bye).await?;
            }
        }
        Ok(())
    }
}

impl Room {
    fn name_of(&self, way: &Route) -> Option<String> {
        let found = self.members.iter().find(|(member, _)| member == way);
        found.map(|(_, name)| name.clone())
    }

    /// Tells all members but one. It waits for nobody: whoever can't be told is gone.
    fn tell(&mut self, ctx: &Context, news: ToMember, but: Option<&Route>) {
        let is_told = |(member, _): &(Route, String)| {
            Some(member) == but || ctx.try_send(member, news.clone()).is_ok()
        };
        let (here, gone) = mem::take(&mut self.members).into_iter().partition(is_told);
        self.members = here;
        for (_, name) in gone {
            println!("{name} is gone");
            self.tell(ctx, ToMember::Left { name }, None);
        }
    }
}

/// Says what is typed, and shows what the others say.
struct Member {
    name: String,
    room: Route,
}

#[async_worker]
impl Worker for Member {
    type Message = ToMember;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        self.join(ctx).await?;
        let (sender, room) = (ctx.sender(), self.room.clone());
        thread::spawn(move || {
            for line in io::stdin().lines().map_while(io::Result::ok) {
                sender.blocking_send(&room, ToRoom::Say { line })?;
            }
            sender.blocking_send(room, ToRoom::Leave)
        });
        Ok(())
    }

    async fn handle_message(&mut self, ctx: &mut Context, news: ToMember) -> Result<()> {
        match news {
            ToMember::Joined { name } => println!("* {name} is here"),
            ToMember::Said { name, line } => println!("{name}: {line}"),
            ToMember::Left { name } => println!("* {name} has left"),
            ToMember::WhoAreYou => self.join(ctx).await?,
            ToMember::Bye => ctx.stop().await?,
        }
        Ok(())
    }

    async fn undelivered(&mut self, _: &mut Context, failure: Error) -> Result<()> {
        println!("* not delivered: {failure}");
        Ok(())
    }
}

impl Member {
    async fn join(&self, ctx: &Context) -> Result<()> {
        let name = self.name.clone();
        ctx.send_message(&self.room, ToRoom::Join { name }).await
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    let mut arguments = env::args().skip(1);
    let name = arguments.next().unwrap_or("room".to_string());
    let address = arguments.next().unwrap_or("127.0.0.1:4000".to_string());
    let tcp = TcpTransport::new(&ctx)?;

    if name == "room" {
        ctx.start_worker("room", Room::default()).await?;
        let listener = tcp.listen(address, "room").await?;
        println!("the room is at {}", listener.local_address());
    } else {
        let connection = tcp.connect(address).await?;
        connection.expose("member");
        let room = route![&connection, "room"];
        ctx.start_worker("member", Member { name, room }).await?;
    }
    Ok(())
}
