//! An identity in a file.
#![cfg(unix)]

mod folder;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use folder::Folder;
use ockam_core::{ErrorKind, Result};
use ockam_identity::{FileVault, Identity, KeyKind, Vault};

fn mode(path: &std::path::Path) -> u32 {
    fs::metadata(path)
        .expect("it is there")
        .permissions()
        .mode()
        & 0o777
}

#[tokio::test]
async fn an_identity_stays_the_same_and_is_for_its_owner_only() -> Result<()> {
    let folder = Folder::new("stays");
    let path = folder.path("bob.identity");
    let bob = Identity::load_or_create(&path).await?;
    let identifier = bob.identifier();
    for file in ["bob.identity", "bob.identity.lock", "bob.identity.peers"] {
        assert_eq!(mode(&folder.path(file)), 0o600, "{file}");
    }
    bob.rotate().await?;
    bob.rotate().await?;
    drop(bob);
    let again = Identity::load_or_create(&path).await?;
    assert_eq!((again.identifier(), again.history().len()), (identifier, 3));
    again.channel_key().await?;
    assert!(!folder.path("bob.identity.new").exists());
    Ok(())
}

#[tokio::test]
async fn a_file_is_open_once() -> Result<()> {
    let folder = Folder::new("once");
    let path = folder.path("bob.identity");
    let bob = Identity::load_or_create(&path).await?;
    let error = Identity::load_or_create(&path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Denied);
    assert!(
        error.to_string().contains("bob.identity is in use"),
        "{error}"
    );
    let clone = bob.clone();
    drop(bob);
    Identity::load_or_create(&path)
        .await
        .expect_err("a clone has it open");
    drop(clone);
    Identity::load_or_create(&path).await?;
    Ok(())
}

#[tokio::test]
async fn what_is_imported_takes_no_place_that_is_in_use() -> Result<()> {
    let folder = Folder::new("imported");
    let exported = Identity::create().await?.export("secret").await?;
    let path = folder.path("bob.identity");
    // Whoever has the lock is about to write the file.
    let vault = FileVault::open(&path, None)?;
    let refused = Identity::import_to(&path, &exported, "secret").await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Denied);
    assert!(!path.exists(), "nothing was written");
    drop(vault);
    let bob = Identity::import_to(&path, &exported, "secret").await?;
    Identity::load_or_create_with_passphrase(&path, "secret")
        .await
        .expect_err("the imported one has it open");
    drop(bob);
    Identity::import_to(&path, &exported, "secret")
        .await
        .expect_err("there is a file already");
    Identity::load_or_create_with_passphrase(&path, "secret").await?;
    Ok(())
}

#[tokio::test]
async fn links_pipes_and_open_files_are_refused() -> Result<()> {
    let folder = Folder::new("links");
    let path = folder.path("bob.identity");
    drop(Identity::load_or_create(&path).await?);

    let link = folder.path("link");
    symlink(&path, &link)?;
    let error = Identity::load_or_create(&link).await.unwrap_err();
    assert!(format!("{error:#}").contains("link"), "{error:#}");
    // Nor is one to nowhere followed, to create a file there.
    let dangling = folder.path("dangling");
    symlink(folder.path("elsewhere"), &dangling)?;
    Identity::load_or_create(&dangling)
        .await
        .expect_err("it is a link");
    assert!(!folder.path("elsewhere").exists());

    fs::create_dir(folder.path("folder"))?;
    Identity::load_or_create(folder.path("folder"))
        .await
        .expect_err("it is a folder");

    fs::set_permissions(&path, fs::Permissions::from_mode(0o640))?;
    let error = Identity::load_or_create(&path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Denied);
    assert!(format!("{error:#}").contains("mode is 640"), "{error:#}");
    Ok(())
}

#[tokio::test]
async fn what_a_crash_left_does_no_harm() -> Result<()> {
    let folder = Folder::new("crash");
    let path = folder.path("bob.identity");
    let bob = Identity::load_or_create(&path).await?;
    let identifier = bob.identifier();
    drop(bob);
    // Written halfway, and not renamed.
    folder.write("bob.identity.new", b"half");
    let bob = Identity::load_or_create(&path).await?;
    assert_eq!(bob.identifier(), identifier);
    bob.rotate().await?;
    drop(bob);

    // A key was made, and the program ended before there was an identity.
    let other = folder.path("other.identity");
    let vault = FileVault::open(&other, None)?;
    vault.create_signing_key(KeyKind::Ed25519).await?;
    drop(vault);
    Identity::load_or_create(&other).await?;

    // The file was cut off by something else: it is not taken for a new one.
    let whole = fs::read(&path)?;
    for end in [0, 1, whole.len() / 2, whole.len() - 1] {
        folder.write("bob.identity", &whole[..end]);
        Identity::load_or_create(&path)
            .await
            .expect_err("it is cut off");
    }
    folder.write("bob.identity", &vec![0; 2 * 1024 * 1024]);
    let error = Identity::load_or_create(&path).await.unwrap_err();
    assert!(
        format!("{error:#}").contains("more than 1048576 bytes"),
        "{error:#}"
    );
    Ok(())
}

#[tokio::test]
async fn a_passphrase_is_asked_for_exactly_where_there_is_one() -> Result<()> {
    let folder = Folder::new("passphrase");
    let (plain, sealed) = (folder.path("plain"), folder.path("sealed"));
    let secret = Identity::load_or_create_with_passphrase(&sealed, "correct horse").await?;
    let identifier = secret.identifier();
    secret.rotate().await?;
    drop(secret);
    let again = Identity::load_or_create_with_passphrase(&sealed, "correct horse").await?;
    assert_eq!((again.identifier(), again.history().len()), (identifier, 2));
    drop(again);
    let kind = |loaded: Result<Identity>| loaded.unwrap_err().kind();
    let wrong = Identity::load_or_create_with_passphrase(&sealed, "battery staple").await;
    assert_eq!(kind(wrong), ErrorKind::Denied);
    assert_eq!(
        kind(Identity::load_or_create(&sealed).await),
        ErrorKind::InvalidInput
    );
    drop(Identity::load_or_create(&plain).await?);
    let surplus = Identity::load_or_create_with_passphrase(&plain, "correct horse").await;
    assert_eq!(kind(surplus), ErrorKind::InvalidInput);
    Ok(())
}

#[tokio::test]
async fn nothing_secret_is_printed() -> Result<()> {
    let folder = Folder::new("printed");
    let path = folder.path("bob.identity");
    let vault = FileVault::open(&path, None)?;
    vault.create_signing_key(KeyKind::Ed25519).await?;
    let file = fs::read(&path)?;
    let secret: String = file[file.len() - 32..]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let printed = format!("{vault:?}");
    assert!(!printed.contains(&secret[..16]), "{printed}");
    drop(vault);
    let bob = Identity::load_or_create(&path).await?;
    let shared = bob.channel_key().await?;
    let with_itself = bob
        .vault()
        .exchange(shared.attestation.key(), shared.attestation.key())
        .await?;
    assert_eq!(format!("{with_itself:?}"), "SharedSecret");
    assert_eq!(
        format!("{bob:?}"),
        format!("Identity({})", bob.identifier())
    );
    Ok(())
}
