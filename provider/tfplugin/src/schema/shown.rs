//! Where a host can show a message: it finds blocks and attributes, and the elements of an attribute, but nothing inside of
//! those, and then shows the whole block instead.

use super::{Attribute, Block};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::value::Step;

impl Block {
    /// The messages with places that the host can show; where that is not exact, the detail says it.
    pub(crate) fn shown(&self, told: Diagnostics) -> Diagnostics {
        told.into_iter().map(|told| self.shown_one(told)).collect()
    }

    fn shown_one(&self, mut told: Diagnostic) -> Diagnostic {
        let Some(path) = &told.path else { return told };
        let visible = self.visible(path.steps());
        if visible < path.steps().len() {
            told.detail = format!("{}\n\nPlace: `{path}`", told.detail);
            told.path = Some(path.first(visible));
        }
        told
    }

    /// How many of the steps a host can follow.
    fn visible(&self, steps: &[Step]) -> usize {
        let Some(Step::Attribute(name)) = steps.first() else { return steps.len() };
        let is_element = |step: &Step| matches!(step, Step::Index(_) | Step::Key(_));
        if let Some(nested) = self.blocks.iter().find(|nested| nested.name == *name) {
            let inside = 1 + usize::from(steps.get(1).is_some_and(is_element));
            return inside + nested.block.visible(&steps[inside..]);
        }
        match self.attributes.iter().find(|attribute| attribute.name == *name) {
            // Where blocks may stand, the host looks for blocks.
            Some(Attribute { as_blocks: false, .. }) => 1 + usize::from(steps.get(1).is_some_and(is_element)),
            _ => steps.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attr::Attr;
    use crate::model::Model as _;
    use crate::value::Path;

    /// A part.
    #[derive(Clone, Debug, Default, tfplugin::Model, PartialEq)]
    struct Part {
        /// A name.
        #[attr(optional)]
        name: Attr<String>,
        /// Parts of parts.
        #[attr(optional)]
        labels: Attr<Vec<String>>,
    }

    /// A whole.
    #[derive(Clone, Debug, Default, tfplugin::Model, PartialEq)]
    struct Whole {
        /// Blocks.
        #[attr(block)]
        block: Attr<Vec<Part>>,
        /// Attributes.
        #[attr(optional)]
        parts: Attr<Vec<Part>>,
        /// One attribute.
        #[attr(optional)]
        part: Attr<Part>,
    }

    fn shown(path: &Path) -> (String, String) {
        let told = Diagnostic::error("Bad", "It is.").at(path.clone());
        let told = Whole::block().shown([told].into_iter().collect()).into_iter().next().unwrap();
        (told.path.unwrap().to_string(), told.detail)
    }

    #[test]
    fn places_inside_of_attributes_are_told_in_words() {
        let parts = Path::from("parts").index(1);
        let inside = ("parts[1]".to_owned(), "It is.\n\nPlace: `parts[1].labels[0]`".to_owned());
        assert_eq!(shown(&parts.attr("labels").index(0)), inside);
        assert_eq!(shown(&Path::from("part").attr("name")).0, "part");
        for exact in
            [parts, Path::from("block").index(0).attr("labels").index(2), Path::from("other").attr("x")]
        {
            assert_eq!(shown(&exact), (exact.to_string(), "It is.".to_owned()));
        }
    }
}
