//! XML documents that can be changed.
//!
//! Texts and attributes stay as they are written, so that what is not changed is sent on byte for byte.

use std::fmt;

use xmlparser::{ElementEnd, Token, Tokenizer};

/// An element with all that is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: String,
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// An element with a text.
    pub(super) fn leaf(name: &str, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), ..Self::default() }
    }

    /// An element with elements in it.
    pub(super) fn branch(name: &str, children: impl IntoIterator<Item = Self>) -> Self {
        Self { name: name.into(), children: children.into_iter().collect(), ..Self::default() }
    }

    /// The outermost element of a document; nothing where it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut open = vec![Self::default()];
        for token in Tokenizer::from(text) {
            match token.ok()? {
                Token::ElementStart { span, .. } => open.push(Self::leaf(&span.as_str()[1..], "")),
                Token::Attribute { span, .. } => {
                    let element = open.last_mut()?;
                    element.attributes.push(' ');
                    element.attributes.push_str(span.as_str());
                }
                Token::ElementEnd { end: ElementEnd::Close(..) | ElementEnd::Empty, .. } => {
                    let mut element = open.pop()?;
                    // What stands between elements is layout.
                    if !element.children.is_empty() {
                        element.text.clear();
                    }
                    open.last_mut()?.children.push(element);
                }
                Token::Text { text } => open.last_mut()?.text.push_str(text.as_str()),
                Token::Cdata { span, .. } => open.last_mut()?.text.push_str(span.as_str()),
                _ => {}
            }
        }
        let [root] = <[Self; 1]>::try_from(open).ok()?;
        root.children.into_iter().next()
    }

    /// The element at the end of a path of names below this one.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Self> {
        let Some((first, rest)) = path.split_first() else { return Some(self) };
        self.children.iter().filter(|child| child.name == *first).find_map(|child| child.at(rest))
    }

    /// The text at the end of a path of names below this element.
    pub(super) fn text_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path).map(|element| element.text.trim())
    }

    /// The texts of all elements of that name, however deep.
    pub(super) fn texts(&self, name: &str) -> Vec<&str> {
        let mut found = Vec::new();
        self.collect(name, &mut found);
        found
    }

    fn collect<'a>(&'a self, name: &str, found: &mut Vec<&'a str>) {
        if self.name == name && self.children.is_empty() {
            found.push(self.text.trim());
        }
        for child in &self.children {
            child.collect(name, found);
        }
    }

    /// The first element of that name, however deep.
    pub(super) fn find_mut(&mut self, name: &str) -> Option<&mut Self> {
        if self.name == name {
            return Some(self);
        }
        self.children.iter_mut().find_map(|child| child.find_mut(name))
    }

    /// Writes a text at the end of a path of names below this element; what lacks is made.
    pub(super) fn set(&mut self, path: &[&str], text: &str) {
        let Some((first, rest)) = path.split_first() else {
            (self.children, self.text) = (Vec::new(), text.to_owned());
            return;
        };
        if !self.children.iter().any(|child| child.name == *first) {
            self.text.clear();
            self.children.push(Self::leaf(first, ""));
        }
        for child in self.children.iter_mut().filter(|child| child.name == *first) {
            child.set(rest, text);
        }
    }

    /// Visits the outermost elements that have a text at the end of the path, with that text: the objects in an
    /// answer, with their identifiers.
    pub(super) fn visit(&mut self, path: &[&str], visit: &mut impl FnMut(&mut Self, &str)) {
        if let Some(text) = self.text_at(path).map(str::to_owned) {
            return visit(self, &text);
        }
        for child in &mut self.children {
            child.visit(path, visit);
        }
    }

    /// Removes those of the outermost elements with a text at the end of the path whose text it is to be.
    pub(super) fn remove(&mut self, path: &[&str], is_doomed: &mut impl FnMut(&str) -> bool) {
        self.children.retain(|child| child.text_at(path).is_none_or(|text| !is_doomed(text)));
        for child in self.children.iter_mut().filter(|child| child.at(path).is_none()) {
            child.remove(path, is_doomed);
        }
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}{}>{}", self.name, self.attributes, self.text)?;
        for child in &self.children {
            child.fmt(f)?;
        }
        write!(f, "</{}>", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPLY: &str = r#"<?xml version="1.0"?>
        <R xmlns="http://x/"><set>
          <item><id>a</id><state><name>up &amp; running</name></state><empty/></item>
          <item><id>b</id><parts><item><id>b</id></item></parts></item>
        </set></R>"#;

    #[test]
    fn a_document_comes_back_as_it_was() {
        let document = Element::parse(REPLY).unwrap();
        assert_eq!(
            document.to_string(),
            r#"<R xmlns="http://x/"><set><item><id>a</id><state><name>up &amp; running</name></state><empty></empty></item><item><id>b</id><parts><item><id>b</id></item></parts></item></set></R>"#
        );
        assert_eq!(Element::parse("no document"), None);
        assert_eq!(Element::parse("<a><b></a>"), None);
    }

    #[test]
    fn objects_are_found_changed_and_removed() {
        let mut document = Element::parse(REPLY).unwrap();
        assert_eq!(document.texts("id"), ["a", "b", "b"]);
        assert_eq!(document.text_at(&["set", "item", "state", "name"]), Some("up &amp; running"));
        document.visit(&["id"], &mut |item, id| item.set(&["state", "name"], &format!("{id} is down")));
        assert_eq!(document.texts("name"), ["a is down", "b is down"]);
        document.remove(&["id"], &mut |id| id == "a");
        assert_eq!(document.texts("id"), ["b", "b"]);
    }
}
