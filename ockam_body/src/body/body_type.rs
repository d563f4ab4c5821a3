use super::error::BodyError;
use crate::shape::Shape;

/// What the sender of a body says of its type.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct BodyType<'a> {
    /// The [name](crate::Shape::name) of the type.
    pub name: Option<&'a str>,
    /// The [fingerprint](crate::Shape::fingerprint) of its shape.
    pub shape: Option<u64>,
}

impl Shape {
    /// Checks that a body of which its sender says this is of the type.
    ///
    /// # Errors
    ///
    /// Returns an error if it is of another one. A body of which nothing is said may be of any type.
    pub fn check(&self, sent: BodyType<'_>) -> Result<(), BodyError> {
        let is_other = match (sent.shape, self.fingerprint()) {
            (Some(sent), Some(own)) => sent != own,
            _ => matches!((sent.name, self.name()), (Some(sent), Some(own)) if sent != own),
        };
        match is_other {
            true => Err(self.refusal(sent)),
            false => Ok(()),
        }
    }

    #[cold]
    fn refusal(&self, sent: BodyType<'_>) -> BodyError {
        let name = |name: Option<&str>| name.unwrap_or("bytes without a name").to_owned();
        match (sent.shape, sent.name == self.name()) {
            (Some(fingerprint), true) => BodyError::OtherShape {
                name: name(self.name()),
                sent: fingerprint,
                takes: self.description().to_owned(),
            },
            _ => BodyError::OtherType {
                sent: name(sent.name),
                takes: name(self.name()),
            },
        }
    }

    /// Returns what is said of a body of the type.
    pub fn body_type(&self) -> BodyType<'_> {
        BodyType {
            name: self.name(),
            shape: self.fingerprint(),
        }
    }
}
